// The reference: the same step function on TensorFlow.js's pure JavaScript backend, one operation at a time.
import '@tensorflow/tfjs-backend-cpu';
import { enableProdMode, getBackend, ready, setBackend, tensor, tidy, type Tensor } from '../tensor.ts';
import type { Step, StepSignature } from './step.ts';
import type { TensorData } from './session.ts';

// Without this the backend greets every process with advice on standard error.
enableProdMode();

/** Computes a step eagerly. Slow; for tests and for `--engine reference`. */
export async function runEagerly(
  step: Step,
  signature: StepSignature,
  inputs: Readonly<Record<string, TensorData>>,
): Promise<Readonly<Record<string, TensorData>>> {
  const previous = getBackend() as string | undefined;
  await setBackend('cpu');
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
    if (previous !== undefined && previous !== 'cpu') await setBackend(previous);
  }
}
