// The engine tfjs-gpu. Its native library is on no machine that runs these tests: loading it fails for real, and what runs on it is tried
// on a stand-in that registers under its name, as it does, in the copy of TensorFlow.js that Node.js loads for it.
import { createRequire } from 'node:module';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { afterEach, describe, expect, it } from 'vitest';
import { EngineError } from '../../src/engine/engine-error.ts';
import { eagerStep, runEagerly } from '../../src/engine/runtime/eager.ts';
import { engines } from '../../src/engine/runtime/engines.ts';
import { loadTensorflow } from '../../src/engine/runtime/tfjs-gpu.ts';
import * as tf from '../../src/engine/tensor.ts';
import { largestDifference, randomInputs } from './difference.ts';
import { wholeStep } from './whole-steps.ts';

const require = createRequire(import.meta.url);
/** Not the module that steps are written with, but the one that tfjs-node-gpu gets. */
const otherCopy = require('@tensorflow/tfjs-core') as typeof tf;
const COMMAND = 'npm rebuild @tensorflow/tfjs-node-gpu --ignore-scripts=false';

const failing = (load: () => unknown, node = '20.19.0'): EngineError => {
  try {
    loadTensorflow({ load, node });
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error('it loaded');
};

/** How often each kernel was asked of the stand-in. */
const asked = new Map<string, number>();

function standIn(options: { readonly gpu: boolean; readonly version?: string }): () => unknown {
  return () => {
    class Backend extends MathBackendCPU {
      readonly isUsingGpuDevice = options.gpu;
    }
    otherCopy.registerBackend('tensorflow', () => new Backend());
    for (const kernel of otherCopy.getKernelsForBackend('cpu'))
      otherCopy.registerKernel({
        ...kernel,
        backendName: 'tensorflow',
        kernelFunc: (given) => {
          asked.set(kernel.kernelName, (asked.get(kernel.kernelName) ?? 0) + 1);
          return kernel.kernelFunc(given);
        },
      });
    return { version: { 'tfjs-core': options.version ?? tf.version_core } };
  };
}

/** The backend that was current before is not restored by its removal. */
function removeStandIn(): void {
  if (tf.findBackendFactory('tensorflow') == null) return;
  void tf.setBackend('cpu');
  tf.removeBackend('tensorflow');
}

afterEach(() => {
  removeStandIn();
  asked.clear();
});

const isBuilt = (() => {
  try {
    require('@tensorflow/tfjs-node-gpu');
    return true;
  } catch {
    return false;
  }
})();

describe('loading', () => {
  it.skipIf(isBuilt)('fails without the native library, and says which command adds it', async () => {
    const { step, signature } = wholeStep('idfd', 'small_cnn');
    const compiled = engines['tfjs-gpu'].compile(step, signature, { name: 'step', threads: 1 });
    await expect(compiled).rejects.toMatchObject({
      name: 'EngineError',
      message: 'the native library of the engine tfjs-gpu is not installed',
      command: COMMAND,
      hint: expect.stringMatching(
        /CUDA 11\.2, cuDNN 8\.1, and Node\.js 22 or earlier\. To add it: npm rebuild/,
      ) as string,
    });
  });

  it('says what is wrong', () => {
    const missing = failing(() => require('@tensorflow/tfjs-node-gpu/no-such-file'));
    expect(missing.message).toMatch(/^the engine tfjs-gpu does not load: Cannot find module/);
    const notInstalled = failing(() => {
      throw new Error("Cannot find module '@tensorflow/tfjs-node-gpu'\nRequire stack:\n- /somewhere");
    });
    expect(notInstalled.message).toBe('the engine tfjs-gpu is not installed');
    expect(notInstalled.command).toBe('npm install --include=optional --ignore-scripts=false');
    const library = failing(() => {
      throw new Error('libcudart.so.11.0: cannot open shared object file: No such file or directory');
    });
    expect(library.message).toBe(
      'the engine tfjs-gpu does not load: libcudart.so.11.0: cannot open shared object file: No such file or directory',
    );
    expect(failing(standIn({ gpu: true }), '23.0.0').message).toBe(
      'the engine tfjs-gpu does not run on Node.js 23.0.0',
    );
  });

  it('is refused where TensorFlow would compute on the CPU', () => {
    expect(failing(standIn({ gpu: false })).message).toBe(
      'the engine tfjs-gpu finds no GPU: TensorFlow would compute on the CPU',
    );
  });

  it('is refused where it brings another TensorFlow.js', () => {
    expect(failing(standIn({ gpu: true, version: '3.0.0' })).message).toMatch(
      /comes with TensorFlow\.js 3\.0\.0, and pipe/,
    );
    removeStandIn();
    expect(failing(() => ({ version: { 'tfjs-core': tf.version_core } })).message).toMatch(/comes with TensorFlow\.js/);
  });

  it('finds one TensorFlow.js in this installation, whoever asks for it', () => {
    const at = (from: string): string => createRequire(require.resolve(from)).resolve('@tensorflow/tfjs-core');
    expect(at('@tensorflow/tfjs')).toBe(require.resolve('@tensorflow/tfjs-core'));
    expect(createRequire(require.resolve('@tensorflow/tfjs-node-gpu/package.json')).resolve('@tensorflow/tfjs')).toBe(
      require.resolve('@tensorflow/tfjs'),
    );
    expect(otherCopy.version_core).toBe(tf.version_core);
  });
});

describe('a step on it', () => {
  it.each(['idfd', 'cidfd'] as const)('is the same function, computed by its backend: %s', async (method) => {
    const { step, signature, inputs } = wholeStep(method, 'narrow ResNet');
    const compiled = eagerStep(step, signature, loadTensorflow({ load: standIn({ gpu: true }), node: '20.19.0' }));
    const results = await compiled.run(inputs);
    expect(largestDifference(await runEagerly(step, signature, inputs), results)).toBe(0);
    for (const kernel of ['Conv2D', 'Conv2DBackpropFilter', 'Conv2DBackpropInput', 'BatchMatMul'])
      expect(asked.get(kernel)).toBeGreaterThan(0);
  });

  it('writes where it is told to', async () => {
    const signature = { x: { shape: [3], dtype: 'float32' as const } };
    const compiled = eagerStep(({ x }) => ({ y: tf.neg(x!), z: tf.neg(x!) }), signature, 'cpu');
    const into = { y: { data: new Float32Array(3), shape: [3] } };
    const inputs = randomInputs(signature);
    const results = await compiled.run(inputs, into);
    expect(results.y).toBe(into.y);
    expect([...into.y.data]).toEqual([...inputs.x!.data].map((value) => -value));
    expect([...results.z!.data]).toEqual([...into.y.data]);
  });
});
