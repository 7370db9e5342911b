// The same seed, engine and threads give the same bytes, and how the work is divided changes no random number.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitRecipe } from '../../src/engine/augment/recipe.ts';
import { affineRecipe, recipes } from '../../src/engine/augment/recipes.ts';
import { backbones } from '../../src/engine/nn/backbones.ts';
import { initialise } from '../../src/engine/nn/initialise.ts';
import { adam } from '../../src/engine/optim/optimizer.ts';
import { compileStep } from '../../src/engine/runtime/compile.ts';
import type { TensorData } from '../../src/engine/runtime/session.ts';
import { instanceStep } from '../../src/engine/train/instance-step.ts';
import { randomKey } from '../../src/random/random.ts';
import { largestDifference, randomInputs } from './difference.ts';

/** A digest of all outputs. */
function bytesOf(outputs: Readonly<Record<string, TensorData>>): string {
  const hash = createHash('sha256');
  for (const name of Object.keys(outputs).sort()) hash.update(name).update(outputs[name]!.data);
  return hash.digest('hex');
}

describe('one training step on the CPU', () => {
  // Large enough that the runtime divides its sums among threads, and differently for each number of them.
  const image = [28, 28, 1] as const;
  const encoder = backbones.conv3(64)(image);
  const { step, signature, state } = instanceStep({
    ...{ encoder, image, batch: 100, rows: 256, optimizer: adam(5e-4) },
    ...{ temperature: 0.5, decorrelationTemperature: 2, decorrelationWeight: 1 },
    discard: { dimension: 16, temperature: 0.1 },
  });
  const inputs = randomInputs(signature);
  const start = initialise(encoder.variables, randomKey(2));
  for (const [name, { shape, variable, role }] of Object.entries(state)) {
    const slot = inputs[name]!.data.map((value) => 0.01 * (0.1 + value * value)) as Float32Array;
    inputs[name] = { data: role === 'value' ? start[variable]! : slot, shape };
  }
  const results = async (threads: number) => {
    const compiled = await compileStep(step, signature, { name: 'step', engine: 'cpu', threads });
    try {
      return [await compiled.run(inputs), await compiled.run(inputs)] as const;
    } finally {
      await compiled.close();
    }
  };

  it.each([1, 2, 3])('gives the same bytes each time, with %d threads', async (threads) => {
    const [first, again] = await results(threads);
    expect(bytesOf(again)).toBe(bytesOf(first));
    expect(bytesOf((await results(threads))[0])).toBe(bytesOf(first));
  });

  it('gives the same but for rounding with another number of threads', async () => {
    const [[one], [two], [three]] = [await results(1), await results(2), await results(3)];
    expect(largestDifference(one, two)).toBeLessThan(1e-5);
    expect(largestDifference(one, three)).toBeLessThan(1e-5);
  });
});

it('draws the numbers of an image from its key and row alone, however a batch is divided among workers', () => {
  const image = [32, 32, 3] as const;
  const all = [
    ...Object.values(recipes),
    affineRecipe({ crop: [0.3, 1], rotation: 15, brightness: 0.4, contrast: 0.4 }),
  ];
  const parts = fc.array(fc.array(fc.nat(10_000), { maxLength: 5 }), { maxLength: 5 });
  fc.assert(
    fc.property(fc.constantFrom(...all), fc.nat(), parts, (recipe, seed, divided) => {
      const augmentation = fitRecipe(recipe, image);
      const whole = augmentation.draw(randomKey(seed), Int32Array.from(divided.flat()));
      const pieces = divided.map((rows) => augmentation.draw(randomKey(seed), Int32Array.from(rows)));
      expect(pieces.flatMap((piece) => [...piece])).toEqual([...whole]);
    }),
  );
});
