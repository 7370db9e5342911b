// Random inputs for a step, and how far apart two results of it are.
import type { StepSignature } from '../../src/engine/runtime/step.ts';
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

/** Largest difference over all outputs, relative to the largest value of each; endless where a number is none. */
export function largestDifference(
  expected: Readonly<Record<string, TensorData>>,
  actual: Readonly<Record<string, TensorData>>,
): number {
  let worst = 0;
  for (const [name, { data, shape }] of Object.entries(expected)) {
    const other = actual[name]!;
    if (other.shape.join() !== shape.join())
      throw new Error(`${name} is [${shape.join(', ')}] in one and [${other.shape.join(', ')}] in the other`);
    let scale = 1e-6;
    for (const value of data) scale = Math.max(scale, Math.abs(value));
    data.forEach((value, i) => {
      const difference = Math.abs(value - other.data[i]!) / scale;
      worst = Number.isNaN(difference) ? Infinity : Math.max(worst, difference);
    });
  }
  return worst;
}
