// CDC as a stage: what it gives, what it refuses, and the behaviour that the paper reports of the equipartition (CDC, Table VI), on a toy set.
import { expect, test } from 'vitest';
import type { Clusters, Encoder, Features, Images, TrainingLog } from '../../../src/artifacts/artifact.ts';
import { backbones } from '../../../src/engine/nn/backbones.ts';
import { initialise } from '../../../src/engine/nn/initialise.ts';
import { exportEncoder } from '../../../src/engine/train/export-encoder.ts';
import { storedBackbone } from '../../../src/engine/train/stored-network.ts';
import { RandomStream, randomKey } from '../../../src/random/random.ts';
import { categories } from '../../../src/stages/cluster/categories.ts';
import { embed } from '../../../src/stages/represent/embed.ts';
import { momentumContrast, type MomentumContrastParameters } from '../../../src/stages/represent/momentum-contrast.ts';
import { part } from '../../../src/stages/represent/part.ts';
import { runStage } from '../run-stage.ts';

const parameters: MomentumContrastParameters = {
  ...{ categories: 4, backbone: 'conv3', head: 'mlp', dimension: 8, epochs: 12, batch: 16, tau: 0.2, tau_c: 0.1 },
  ...{ contrast_weight: 1, equipartition_weight: 1, target: 'swap_key', epsilon: 0.05, iterations: 3, history: 0 },
  ...{ negatives: 'queue', queue: 64, key_momentum: 0.9, symmetric: true, predictor: false, norm_splits: 2 },
  ...{ optimizer: 'adam', learning_rate: 0.003, weight_decay: 0, warmup: 0, schedule: 'constant' },
  ...{ augmentation: 'affine', normalisation: 'recipe', crop_min: 0.8, crop_max: 1, rotation: 5 },
  ...{ brightness: 0.1, contrast: 0.1, seed: 0 },
};

/** Four kinds of image: a bright quarter, and noise. Row i is of kind i mod 4. */
function quarters(count: number): Images {
  const random = new RandomStream(randomKey(1));
  const size = 12;
  const data = Uint8Array.from({ length: count * size * size }, (_, at) => {
    const [image, pixel] = [Math.floor(at / (size * size)), at % (size * size)];
    const [row, column] = [Math.floor(pixel / size), pixel % size];
    const quarter = 2 * Number(row >= size / 2) + Number(column >= size / 2);
    return (quarter === image % 4 ? 160 : 20) + random.integer(60);
  });
  return { count, height: size, width: size, channels: 1, data };
}

const images = quarters(96);
const run = (changed: Partial<MomentumContrastParameters> = {}, start?: Encoder) =>
  runStage(momentumContrast, {
    parameters: { ...parameters, ...changed },
    inputs: { images, ...(start === undefined ? {} : { start }) },
  });

async function clusters(encoder: Encoder): Promise<Clusters> {
  const features = (await runStage(embed, { inputs: { encoder, images } })).outputs['features'] as Features;
  return (await runStage(categories, { parameters: { k: 4 }, inputs: { features } })).outputs['clusters'] as Clusters;
}

test('finds four kinds of image by its categories alone, each with its share', async () => {
  const { outputs, warnings } = await run();
  const { assignments } = await clusters(outputs['encoder'] as Encoder);
  const kinds = [0, 1, 2, 3].map((kind) => new Set(assignments.filter((_, row) => row % 4 === kind)));
  expect(kinds.map((found) => found.size)).toEqual([1, 1, 1, 1]);
  expect(new Set(kinds.flatMap((found) => [...found])).size).toBe(4);
  expect(warnings).toEqual([]);
  const { series } = outputs['log'] as TrainingLog;
  expect(Object.keys(series)).toEqual([
    ...['loss', 'contrast', 'equipartition', 'confident', 'deviation', 'own_category_weight'],
    ...['smallest_share', 'largest_share', 'share_entropy'],
  ]);
  for (const values of Object.values(series)) expect(values).toHaveLength(parameters.epochs);
  expect(series['smallest_share']!.at(-1)).toBeGreaterThan(0.15);
});

test('without the equipartition the categories are uneven, and it says so', async () => {
  const { outputs, warnings } = await run({ equipartition_weight: 0, target: 'same' });
  const { series } = outputs['log'] as TrainingLog;
  const balanced = (await run()).outputs['log'] as TrainingLog;
  expect(series['smallest_share']!.at(-1)).toBeLessThan(balanced.series['smallest_share']!.at(-1)!);
  expect(series['largest_share']!.at(-1)! - series['smallest_share']!.at(-1)!).toBeGreaterThan(0.2);
  for (const warning of warnings) expect(warning).toMatch(/^the categories are uneven: in the last epoch/);
});

test('features are scores of unit norm and an instance part of unit norm', async () => {
  const { outputs } = await run({ epochs: 1 });
  const encoder = outputs['encoder'] as Encoder;
  expect(encoder.dimension).toBe(12);
  const features = (await runStage(embed, { inputs: { encoder, images } })).outputs['features'] as Features;
  const [scores, instance] = [
    (await runStage(part, { parameters: { first: 0, length: 4 }, inputs: { features } })).outputs[
      'features'
    ] as Features,
    (await runStage(part, { parameters: { first: 4, length: 8 }, inputs: { features } })).outputs[
      'features'
    ] as Features,
  ];
  for (const { dimension, data } of [scores, instance])
    for (let row = 0; row < images.count; row += 1)
      expect(Math.hypot(...data.subarray(row * dimension, (row + 1) * dimension))).toBeCloseTo(1, 5);
  expect([...scores.data.subarray(4, 8)]).toEqual([...features.data.subarray(12, 16)]);
  expect([...instance.data.subarray(8, 16)]).toEqual([...features.data.subarray(16, 24)]);
});

test.each([
  ['MoCo, without categories', { categories: 0 }],
  ['targets of the query encoder', { target: 'swap_query' }],
  ['targets of the same view, in one direction', { target: 'same', symmetric: false }],
  ['negatives of the batch behind a predictor', { negatives: 'batch', predictor: true }],
  ['a history of two steps', { history: 2, symmetric: false }],
  ['batch norm of the whole batch', { norm_splits: 1 }],
] as const)('trains with %s', async (_, changed) => {
  const { series } = (await run({ epochs: 8, queue: 32, ...changed })).outputs['log'] as TrainingLog;
  expect(series['loss']!.at(-1)).toBeLessThan(series['loss']![0]!);
});

test('begins with the backbone of another encoder, whatever head it has, and with a head of its own', async () => {
  const before = (await run({ categories: 0, dimension: 5, head: 'mlp_bn', epochs: 2 })).outputs['encoder'] as Encoder;
  const still = { learning_rate: 1e-12, epochs: 1 };
  const after = (await run(still, before)).outputs['encoder'] as Encoder;
  const [old, begun, drawn] = [before, after, (await run(still)).outputs['encoder'] as Encoder].map((encoder) =>
    Object.entries(storedBackbone(encoder, 'conv3')).filter(([name]) => !/mean|variance/.test(name)),
  );
  expect(begun!.length).toBeGreaterThan(5);
  const distance = (others: typeof old): number =>
    Math.max(
      ...begun!.map(([, values], at) => Math.max(...values.map((value, i) => Math.abs(value - others![at]![1][i]!)))),
    );
  expect(begun!.map(([name]) => name)).toEqual(old!.map(([name]) => name));
  expect(distance(old)).toBeLessThan(1e-6);
  expect(distance(drawn)).toBeGreaterThan(0.01);
});

test('refuses to begin with another backbone, or with what is no network of its own', async () => {
  const before = (await run({ epochs: 1 })).outputs['encoder'] as Encoder;
  await expect(run({ backbone: 'small_cnn' }, before)).rejects.toThrow(
    'the encoder to begin with has the backbone conv3, and small_cnn is to be trained',
  );
  const network = backbones.conv3(4)([12, 12, 1]);
  const onnx = exportEncoder(network, [12, 12, 1], initialise(network.variables, randomKey(0)), 'test');
  await expect(run({}, { ...before, onnx, dimension: 4 })).rejects.toThrow('its model does not say what it is made of');
});

test.each([
  [{ queue: 50 }, 'the queue has 50 rows, and a step puts 32 keys into it'],
  [{ norm_splits: 3 }, 'a batch of 16 images cannot be normalised in 3 equal parts'],
  [{ history: 3 }, 'a history of 3 steps has 96 rows, more than the queue’s 64'.replace('’', "'")],
  [{ negatives: 'batch', history: 1 }, 'history is taken from the queue'],
  [{ categories: 1 }, 'categories is 1'],
  [{ crop_min: 0.9, crop_max: 0.5 }, 'crop_min is 0.9, more than crop_max, 0.5'],
] as const)('refuses %o', async (changed, message) => {
  await expect(run(changed)).rejects.toThrow(message);
});

test('categories and parts say where there are too few columns', async () => {
  const features: Features = { count: 1, dimension: 3, data: new Float32Array(3) };
  await expect(runStage(categories, { parameters: { k: 4 }, inputs: { features } })).rejects.toThrow(
    'there are no 4 scores in features of length 3',
  );
  await expect(runStage(part, { parameters: { first: 1, length: 3 }, inputs: { features } })).rejects.toThrow(
    'columns 1 to 3 of features of length 3',
  );
});

test('of equal scores the first category has the image', async () => {
  const features: Features = { count: 2, dimension: 3, data: Float32Array.of(0.5, 0.5, 0.1, 0, 1, 1) };
  const { outputs, warnings } = await runStage(categories, { parameters: { k: 3 }, inputs: { features } });
  expect([...(outputs['clusters'] as Clusters).assignments]).toEqual([0, 1]);
  expect(warnings).toEqual(['categories: only 2 of 3 categories have images']);
});
