// Runs one step function compiled and eagerly, on the same random inputs, and says how far apart they are.
import { runEagerly } from '../../src/engine/runtime/eager.ts';
import { compileStep } from '../../src/engine/runtime/compile.ts';
import type { Step, StepSignature } from '../../src/engine/runtime/step.ts';
import type { TensorData } from '../../src/engine/runtime/session.ts';
import { randomKey, RandomStream } from '../../src/random/random.ts';

export function randomInputs(signature: StepSignature, seed = 0): Record<string, TensorData> {
  return Object.fromEntries(
    Object.entries(signature).map(([name, { shape, dtype }]) => {
      const random = new RandomStream(randomKey(seed, name));
      const length = shape.reduce((all, size) => all * size, 1);
      const data =
        dtype === 'int32'
          ? Int32Array.from({ length }, () => random.integer(2))
          : Float32Array.from({ length }, () => random.normal());
      return [name, { data, shape }];
    }),
  );
}

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
  let worst = 0;
  for (const [name, { data, shape }] of Object.entries(eager)) {
    const other = compiled[name]!;
    if (other.shape.join() !== shape.join())
      throw new Error(`${name} is [${other.shape.join(', ')}] compiled and [${shape.join(', ')}] eager`);
    let scale = 1e-6;
    for (const value of data) scale = Math.max(scale, Math.abs(value));
    data.forEach((value, i) => {
      const difference = Math.abs(value - other.data[i]!) / scale;
      worst = Number.isNaN(difference) ? Infinity : Math.max(worst, difference);
    });
  }
  return { worst, outputs: Object.keys(eager) };
}
