// Whether ONNX Runtime finds a device for WebGPU here, tried in a child process with the smallest model: a driver may take the process down.
import { execFile } from 'node:child_process';
import { encodeModel } from '../../engine/lower/onnx-model.ts';
import { installationFolder } from '../installation.ts';

const value = (name: string) => ({ name, type: 'float32' as const, shape: [1] });

/** True where a session on a WebGPU device computes. */
export async function findsWebgpuDevice(timeoutMs = 30_000): Promise<boolean> {
  const model = encodeModel({
    name: 'probe',
    inputs: [value('x')],
    outputs: [value('y')],
    nodes: [{ op: 'Neg', inputs: ['x'], outputs: ['y'] }],
    constants: [],
  });
  const script = `
    const { createRequire } = await import('node:module');
    const ort = createRequire(process.cwd() + '/')('onnxruntime-node');
    const model = Buffer.from(${JSON.stringify(Buffer.from(model).toString('base64'))}, 'base64');
    const session = await ort.InferenceSession.create(model, { executionProviders: ['webgpu'], logSeverityLevel: 4 });
    const { y } = await session.run({ x: new ort.Tensor('float32', Float32Array.of(2), [1]) });
    process.exit(y.data[0] === -2 ? 0 : 1);`;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--input-type=module', '-e', script],
      { cwd: installationFolder(), timeout: timeoutMs },
      (failure) => resolve(failure === null),
    );
  });
}
