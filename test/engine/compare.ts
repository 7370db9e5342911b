// Runs one step function compiled and eagerly, on the same random inputs, and says how far apart they are.
import { runEagerly } from '../../src/engine/runtime/eager.ts';
import { compileStep } from '../../src/engine/runtime/compile.ts';
import type { Step, StepSignature } from '../../src/engine/runtime/step.ts';
import type { TensorData } from '../../src/engine/runtime/session.ts';
import { largestDifference, randomInputs } from './difference.ts';

export async function runCompiled(
  step: Step,
  signature: StepSignature,
  inputs: Readonly<Record<string, TensorData>>,
): Promise<Readonly<Record<string, TensorData>>> {
  const compiled = await compileStep(step, signature, { name: 'test', engine: 'cpu', threads: 1 });
  try {
    return await compiled.run(inputs);
  } finally {
    await compiled.close();
  }
}

/** Largest difference over all outputs, relative to the largest value of each output. */
export async function disagreement(
  step: Step,
  signature: StepSignature,
  inputs = randomInputs(signature),
): Promise<{ readonly worst: number; readonly outputs: readonly string[] }> {
  const compiled = await runCompiled(step, signature, inputs);
  const eager = await runEagerly(step, signature, inputs);
  return { worst: largestDifference(eager, compiled), outputs: Object.keys(eager) };
}
