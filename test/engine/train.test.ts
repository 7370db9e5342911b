// The training loop: one whole step against the reference, repeatable bytes, and bytes that do not change when a run is cut and continued.
import { describe, expect, it } from 'vitest';
import { normalised } from '../../src/engine/augment/normalisation.ts';
import { fitRecipe } from '../../src/engine/augment/recipe.ts';
import { affineRecipe, recipes } from '../../src/engine/augment/recipes.ts';
import { backbones } from '../../src/engine/nn/backbones.ts';
import { initialise } from '../../src/engine/nn/initialise.ts';
import { adam, sgd } from '../../src/engine/optim/optimizer.ts';
import { scheduleAt } from '../../src/engine/optim/schedule.ts';
import { exportEncoder } from '../../src/engine/train/export-encoder.ts';
import { FrozenEncoder } from '../../src/engine/train/frozen-encoder.ts';
import { instanceStep } from '../../src/engine/train/instance-step.ts';
import { trainInstance, type InstanceTrainingOptions } from '../../src/engine/train/train-instance.ts';
import { randomKey, RandomStream } from '../../src/random/random.ts';
import { disagreement } from './compare.ts';
import { cutTraining, quietHooks } from './cut-training.ts';
import { randomInputs } from './difference.ts';

const CPU = { engine: 'cpu', threads: 1 };
const random = new RandomStream(randomKey(1));
const images = {
  count: 40,
  height: 28,
  width: 28,
  channels: 1,
  data: Uint8Array.from({ length: 40 * 784 }, () => random.integer(256)),
};

const options: InstanceTrainingOptions = {
  backbone: 'conv3',
  dimension: 16,
  epochs: 3,
  batch: 8,
  temperature: 0.5,
  decorrelationTemperature: 2,
  decorrelationWeight: 1,
  bankMomentum: 0.5,
  bankStart: 'centred',
  optimizer: 'adam',
  weightDecay: 0.001,
  rate: { learningRate: 0.003, schedule: 'cosine', warmup: 3 },
  augmentation: affineRecipe({ crop: [0.5, 1], rotation: 10, brightness: 0.4, contrast: 0.4 }),
  seed: 5,
};

async function frozen(): Promise<FrozenEncoder> {
  const module = backbones.conv3(6)([28, 28, 1]);
  const onnx = exportEncoder(module, [28, 28, 1], initialise(module.variables, randomKey(3)), 'test');
  return FrozenEncoder.load({ onnx, height: 28, width: 28, channels: 1, dimension: 6 }, CPU);
}

describe('one whole step, compiled and eager, within 1e-4', () => {
  for (const [name, optimizer] of [
    ['adam', adam(0.01)],
    ['sgd', sgd(0.9, 5e-4)],
  ] as const)
    for (const discard of [undefined, { dimension: 6, temperature: 0.1 }])
      it(`${discard === undefined ? 'IDFD' : 'cIDFD'} with ${name}`, async () => {
        const encoder = backbones.conv4_half(8)([28, 28, 1]);
        const augmentation = fitRecipe(options.augmentation, [28, 28, 1]);
        const { step, signature, state } = instanceStep({
          encoder,
          image: [28, 28, 1],
          batch: 4,
          rows: 12,
          temperature: 0.5,
          decorrelationTemperature: 2,
          decorrelationWeight: 1,
          optimizer,
          ...(discard === undefined ? { augmentation } : { discard }),
        });
        const inputs = randomInputs(signature);
        inputs.images = { ...inputs.images!, data: inputs.images!.data.map(() => random.uniform()) };
        if (discard === undefined) {
          const drawn = augmentation.draw(randomKey(4), Int32Array.of(0, 1, 2, 3));
          inputs.numbers = { data: drawn, shape: inputs.numbers!.shape };
        }
        const start = initialise(encoder.variables, randomKey(2));
        for (const [key, { shape, variable, role }] of Object.entries(state)) {
          // Moments as in the middle of training: from zero, Adam turns rounding errors of vanishing gradients into whole steps.
          const slot = inputs[key]!.data.map((value) => 0.01 * value * value) as Float32Array;
          inputs[key] = { data: role === 'value' ? start[variable]! : slot, shape };
        }
        for (const [key, value] of Object.entries(
          scheduleAt(4, { learningRate: 0.01, schedule: 'constant', warmup: 0, steps: 10 }),
        ))
          inputs[key] = { data: Float32Array.of(value as number), shape: [] };
        const { worst, outputs } = await disagreement(step, signature, inputs);
        expect(outputs).toEqual(expect.arrayContaining(['loss', 'features', 'linear.weight', 'block1.norm.mean']));
        expect(worst).toBeLessThan(1e-4);
      });
});

describe('training', () => {
  it('gives the same bytes twice, and others with another seed', async () => {
    const [first, second, other] = [
      await trainInstance(images, options, undefined, quietHooks()),
      await trainInstance(images, options, undefined, quietHooks()),
      await trainInstance(images, { ...options, seed: 6 }, undefined, quietHooks()),
    ];
    expect(second.values).toEqual(first.values);
    expect(second.features).toEqual(first.features);
    expect(other.features).not.toEqual(first.features);
    expect(first.series.loss).toHaveLength(3);
  });

  it('ends with the same bytes when it is cut at any step and continued, with a discard encoder too', async () => {
    const discard = { encoder: await frozen(), temperature: 0.1 };
    const whole = await trainInstance(images, options, discard, quietHooks());
    for (const cut of [1, 5, 8, 14]) {
      const resume = await cutTraining(cut, (hooks) => trainInstance(images, options, discard, hooks));
      const continued = await trainInstance(images, options, discard, quietHooks({ resume }));
      expect(continued.values).toEqual(whole.values);
      expect(continued.features).toEqual(whole.features);
      expect(continued.series).toEqual(whole.series);
    }
    await discard.encoder.close();
  });

  it('is IDFD where the background temperature is endless (docs/methods.md §3.6)', async () => {
    const discard = { encoder: await frozen(), temperature: 1e30 };
    const plain = await trainInstance(images, options, undefined, quietHooks());
    const endless = await trainInstance(images, options, discard, quietHooks());
    endless.features.forEach((value, i) => expect(value).toBeCloseTo(plain.features[i]!, 4));
    await discard.encoder.close();
  });

  it('takes every recipe, and another one gives other features', async () => {
    const bytes = new Set<string>();
    for (const recipe of [options.augmentation, recipes.plain, { ...recipes.idfd, normalisation: 'images' } as const]) {
      const { features } = await trainInstance(images, { ...options, augmentation: recipe }, undefined, quietHooks());
      expect(features.every(Number.isFinite)).toBe(true);
      bytes.add(features.join());
    }
    expect(bytes.size).toBe(3);
  });

  it('refuses a normalisation for other images', async () => {
    await expect(
      trainInstance(images, { ...options, augmentation: recipes.idfd }, undefined, quietHooks()),
    ).rejects.toThrow(/"cifar10" is for 3 channels, the images have 1/);
  });

  it('learns: the instance loss falls', async () => {
    const { series } = await trainInstance(images, { ...options, epochs: 12 }, undefined, quietHooks());
    expect(series.instance!.at(-1)!).toBeLessThan(series.instance![0]! - 0.3);
  });

  it('stops with a clear error where the loss is no number', async () => {
    await expect(
      trainInstance(
        images,
        { ...options, optimizer: 'sgd', rate: { learningRate: 1e38, schedule: 'constant', warmup: 0 } },
        undefined,
        quietHooks(),
      ),
    ).rejects.toThrow(/the loss is NaN after \d+ steps/);
  });

  it('leaves frozen features of unit norm, and takes any batch', async () => {
    const encoder = await frozen();
    const features = await encoder.embed(new Float32Array(3 * 784).fill(0.5));
    expect(features).toHaveLength(18);
    expect(Math.hypot(...features.subarray(0, 6))).toBeCloseTo(1, 5);
    await encoder.close();
  });
});

describe('an exported encoder', () => {
  it('holds its normalisation: it takes images in 0..1', async () => {
    const plain = backbones.conv3(6)([28, 28, 1]);
    const values = initialise(plain.variables, randomKey(3));
    const load = (module: typeof plain): Promise<FrozenEncoder> =>
      FrozenEncoder.load(
        { onnx: exportEncoder(module, [28, 28, 1], values, 'test'), height: 28, width: 28, channels: 1, dimension: 6 },
        CPU,
      );
    const [bare, whole] = [
      await load(plain),
      await load(normalised(plain, { mean: [0.25], deviation: [0.5] }, [28, 28, 1])),
    ];
    const x = Float32Array.from({ length: 3 * 784 }, () => random.uniform());
    const expected = await bare.embed(x.map((value) => (value - 0.25) / 0.5));
    (await whole.embed(x)).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
    await bare.close();
    await whole.close();
  });
});
