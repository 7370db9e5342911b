// The equipartition head: what it finds on features and behind a frozen encoder, how its three targets compare, and what it says where it degenerates.
import { describe, expect, test } from 'vitest';
import type { Clusters, Encoder, Features, Images, TrainingLog } from '../../../src/artifacts/artifact.ts';
import { backbones } from '../../../src/engine/nn/backbones.ts';
import { initialise } from '../../../src/engine/nn/initialise.ts';
import { exportEncoder } from '../../../src/engine/train/export-encoder.ts';
import { FrozenEncoder } from '../../../src/engine/train/frozen-encoder.ts';
import { randomKey, RandomStream } from '../../../src/random/random.ts';
import { categories } from '../../../src/stages/cluster/categories.ts';
import { contrastHead, type ContrastHeadParameters } from '../../../src/stages/represent/contrast-head.ts';
import { embed } from '../../../src/stages/represent/embed.ts';
import {
  equipartitionHead,
  type EquipartitionHeadParameters,
} from '../../../src/stages/represent/equipartition-head.ts';
import { accuracy, bestMatching, contingencyTable } from '../../../src/stages/evaluate/clustering-metrics.ts';
import { blobs } from '../cluster/blobs.ts';
import { runStage } from '../run-stage.ts';

const onRows: EquipartitionHeadParameters = {
  ...{ k: 4, head: 'mlp', epochs: 30, batch: 50, tau_c: 0.1, target: 'swap_key', epsilon: 0.05, iterations: 3 },
  ...{ key_momentum: 0.9, noise: 0.2, optimizer: 'adam', learning_rate: 0.003, weight_decay: 0, warmup: 0 },
  ...{ schedule: 'cosine', seed: 0 },
};

async function clustersOf(features: Features, k: number): Promise<Clusters> {
  return (await runStage(categories, { parameters: { k }, inputs: { features } })).outputs['clusters'] as Clusters;
}

/** Share of the rows that are right under the best matching: a few at the borders go to the wrong side, so that shares are even. */
function agreement(found: Clusters, groupOf: readonly number[]): number {
  const table = contingencyTable(Int32Array.from(groupOf), found.assignments, found.k, found.k);
  return accuracy(table, bestMatching(table));
}

describe('on features', () => {
  const features = blobs(400, 8, 4, 0.15, 3);
  const run = (changed: Partial<EquipartitionHeadParameters> = {}, given: Features = features) =>
    runStage(equipartitionHead, { parameters: { ...onRows, ...changed }, inputs: { features: given } });

  test.each(['swap_key', 'swap_query', 'same'] as const)('finds four groups with targets %s', async (target) => {
    const { outputs, warnings } = await run({ target });
    const scores = outputs['scores'] as Features;
    expect(agreement(await clustersOf(scores, 4), [...features.groupOf])).toBeGreaterThan(0.95);
    expect(warnings).toEqual([]);
    for (let row = 0; row < 400; row += 1)
      expect(Math.hypot(...scores.data.subarray(row * 4, row * 4 + 4))).toBeCloseTo(1, 5);
    const { series } = outputs['log'] as TrainingLog;
    expect(Object.keys(series)).toEqual([
      ...['loss', 'equipartition', 'confident', 'deviation', 'smallest_share', 'largest_share', 'share_entropy'],
    ]);
    expect(series['share_entropy']!.at(-1)).toBeGreaterThan(0.99);
    expect(series['loss']!.at(-1)).toBeLessThan(series['loss']![0]!);
  });

  test.each(['linear', 'mlp_bn'] as const)('trains the head %s', async (head) => {
    const { outputs } = await run({ head, target: 'swap_query' });
    expect(agreement(await clustersOf(outputs['scores'] as Features, 4), [...features.groupOf])).toBeGreaterThan(0.95);
  });

  test('says that it degenerates where nothing balances: many more categories than can be told apart, by soft targets', async () => {
    const same: Features = { count: 64, dimension: 3, data: new Float32Array(192).fill(0.5) };
    const { outputs, warnings } = await run({ k: 16, batch: 16, epochs: 4, noise: 0, epsilon: 50 }, same);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^the categories are uneven: in the last epoch the largest had 100 % of the views/);
    expect((outputs['log'] as TrainingLog).series['share_entropy']!.at(-1)).toBe(0);
  });

  test('the same seed gives the same bytes, another gives others', async () => {
    const scores = async (seed: number) => ((await run({ epochs: 2, seed })).outputs['scores'] as Features).data;
    expect(await scores(1)).toEqual(await scores(1));
    expect(await scores(1)).not.toEqual(await scores(2));
  });

  test('refuses features that are no numbers', async () => {
    const data = new Float32Array(12);
    data[7] = NaN;
    await expect(run({}, { count: 4, dimension: 3, data })).rejects.toThrow('the features hold NaN at row 2');
  });
});

describe('behind a frozen encoder', () => {
  const size = 12;
  /** A bright quarter, and noise. Row i is of kind i mod 4. */
  const quarters = (count: number): Images => {
    const random = new RandomStream(randomKey(1));
    const data = Uint8Array.from({ length: count * size * size }, (_, at) => {
      const [image, pixel] = [Math.floor(at / (size * size)), at % (size * size)];
      const quarter = 2 * Number(Math.floor(pixel / size) >= size / 2) + Number(pixel % size >= size / 2);
      return (quarter === image % 4 ? 160 : 20) + random.integer(60);
    });
    return { count, height: size, width: size, channels: 1, data };
  };
  const images = quarters(96);
  const untrained = backbones.conv3(16)([size, size, 1]);
  const values = initialise(untrained.variables, randomKey(2));
  const encoder: Encoder = {
    onnx: exportEncoder(untrained, [size, size, 1], values, 'test'),
    ...{ height: size, width: size, channels: 1, dimension: 16 },
  };
  const parameters: ContrastHeadParameters = {
    ...{ categories: 4, head: 'mlp_bn', dimension: 0, epochs: 40, batch: 32, tau: 0.2, tau_c: 0.1, contrast_weight: 0 },
    ...{ equipartition_weight: 1, target: 'swap_key', epsilon: 0.05, iterations: 3, history: 0 },
    ...{ negatives: 'queue', queue: 64, key_momentum: 0.9, symmetric: true, predictor: false, norm_splits: 1 },
    ...{ optimizer: 'adam', learning_rate: 0.003, weight_decay: 0, warmup: 0, schedule: 'constant' },
    ...{ augmentation: 'affine', crop_min: 0.8, crop_max: 1, rotation: 5, brightness: 0.1, contrast: 0.1, seed: 0 },
  };
  const run = (changed: Partial<ContrastHeadParameters> = {}) =>
    runStage(contrastHead, { parameters: { ...parameters, ...changed }, inputs: { images, encoder } });
  const embedded = async (model: Encoder): Promise<Features> =>
    (await runStage(embed, { inputs: { encoder: model, images } })).outputs['features'] as Features;

  test('finds four kinds of image, and gives one model from images to scores', async () => {
    const { outputs, warnings } = await run();
    const model = outputs['encoder'] as Encoder;
    expect(model.dimension).toBe(4);
    const found = await clustersOf(await embedded(model), 4);
    expect(
      agreement(
        found,
        Array.from({ length: 96 }, (_, row) => row % 4),
      ),
    ).toBeGreaterThan(0.9);
    expect(warnings).toEqual([]);
    // Views go in where the encoder's own views did.
    const frozen = await FrozenEncoder.load(model, { engine: 'cpu', threads: 1 });
    const pixels = Float32Array.from(images.data.subarray(0, size * size), (value) => value / 255);
    const [one, all] = [await frozen.embed(pixels), await embedded(model)];
    one.forEach((value, at) => expect(value).toBeCloseTo(all.data[at]!, 5));
    await frozen.close();
  });

  test('with an instance part it contrasts too, and each part has unit norm', async () => {
    const { outputs } = await run({ dimension: 6, contrast_weight: 1, epochs: 6, negatives: 'batch' });
    const { dimension, data } = await embedded(outputs['encoder'] as Encoder);
    expect(dimension).toBe(10);
    for (let row = 0; row < 96; row += 1) {
      expect(Math.hypot(...data.subarray(row * 10, row * 10 + 4))).toBeCloseTo(1, 5);
      expect(Math.hypot(...data.subarray(row * 10 + 4, row * 10 + 10))).toBeCloseTo(1, 5);
    }
    const { series } = outputs['log'] as TrainingLog;
    expect(series['contrast']!.at(-1)).toBeLessThan(series['contrast']![0]!);
  });

  test.each([
    ['earlier scores balanced with the batch', { history: 1, epochs: 4 }],
    ['a head with batch norm in two parts', { norm_splits: 2, epochs: 4 }],
  ] as const)('trains with %s', async (_, changed) => {
    const { series } = (await run(changed)).outputs['log'] as TrainingLog;
    expect(series['loss']!.at(-1)).toBeLessThan(series['loss']![0]!);
  });

  test('a head on a head is one model again', async () => {
    const first = (await run({ epochs: 1 })).outputs['encoder'] as Encoder;
    const second = await runStage(contrastHead, {
      parameters: { ...parameters, epochs: 1, categories: 3 },
      inputs: { images, encoder: first },
    });
    expect((await embedded(second.outputs['encoder'] as Encoder)).dimension).toBe(3);
  });

  test.each([
    [{ categories: 0 }, 'categories and dimension are both 0'],
    [{ categories: 0, dimension: 4 }, 'contrast_weight is 0 and there are no categories'],
  ])('refuses %o', async (changed, message) => {
    await expect(run(changed)).rejects.toThrow(message);
  });
});
