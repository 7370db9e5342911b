// A step function run by TensorFlow.js, one operation at a time, on a backend that is there: the pure JavaScript one (the reference in
// tests), or that of tfjs-node-gpu.
import '@tensorflow/tfjs-backend-cpu';
import { enableProdMode, getBackend, ready, setBackend, tensor, tidy, type Tensor } from '../tensor.ts';
import type { CompiledStep } from './engine.ts';
import type { Step, StepSignature } from './step.ts';
import type { TensorData } from './session.ts';

// Without this the backend greets every process with advice on standard error.
enableProdMode();

/** Computes a step once. The backend that was current before is so again afterwards. */
export async function runEagerly(
  step: Step,
  signature: StepSignature,
  inputs: Readonly<Record<string, TensorData>>,
  backend = 'cpu',
): Promise<Readonly<Record<string, TensorData>>> {
  const previous = getBackend() as string | undefined;
  await setBackend(backend);
  await ready();
  try {
    const results: Record<string, TensorData> = {};
    tidy(() => {
      const tensors: Record<string, Tensor> = {};
      for (const [name, { dtype }] of Object.entries(signature)) {
        const { data, shape } = inputs[name]!;
        tensors[name] = tensor(data, [...shape], dtype);
      }
      for (const [name, output] of Object.entries(step(tensors)))
        results[name] = { data: output.dataSync().slice() as Float32Array, shape: output.shape };
    });
    return results;
  } finally {
    if (previous !== undefined && previous !== backend) await setBackend(previous);
  }
}

export function eagerStep(step: Step, signature: StepSignature, backend: string): CompiledStep {
  return {
    // Everything is computed before anything is written.
    inPlace: new Set(Object.keys(signature)),
    async run(inputs, into = {}) {
      const results = await runEagerly(step, signature, inputs, backend);
      return Object.fromEntries(
        Object.entries(results).map(([name, value]) => {
          const target = into[name];
          if (target === undefined) return [name, value];
          target.data.set(value.data);
          return [name, target];
        }),
      );
    },
    async close() {},
  };
}
