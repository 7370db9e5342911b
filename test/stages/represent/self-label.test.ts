// Self-labelling: which images are learned from and with what weight, what it does to an encoder, and what it refuses.
import { expect, test } from 'vitest';
import type { Encoder, Features, Images, TrainingLog } from '../../../src/artifacts/artifact.ts';
import { contrastNetwork } from '../../../src/engine/nn/contrast-network.ts';
import { encoderLayers } from '../../../src/engine/nn/backbones.ts';
import { initialise } from '../../../src/engine/nn/initialise.ts';
import type { NetworkDescription } from '../../../src/engine/nn/network-description.ts';
import { normalised } from '../../../src/engine/augment/normalisation.ts';
import { exportEncoder } from '../../../src/engine/train/export-encoder.ts';
import { pseudoLabels } from '../../../src/engine/train/pseudo-labels.ts';
import { storedNetwork } from '../../../src/engine/train/stored-network.ts';
import { randomKey, RandomStream } from '../../../src/random/random.ts';
import { embed } from '../../../src/stages/represent/embed.ts';
import { selfLabel, type SelfLabelParameters } from '../../../src/stages/represent/self-label.ts';
import { runStage } from '../run-stage.ts';

const size = 12;
const random = new RandomStream(randomKey(1));
const images: Images = {
  ...{ count: 64, height: size, width: size, channels: 1 },
  data: Uint8Array.from({ length: 64 * size * size }, (_, at) => {
    const [image, pixel] = [Math.floor(at / (size * size)), at % (size * size)];
    const quarter = 2 * Number(Math.floor(pixel / size) >= size / 2) + Number(pixel % size >= size / 2);
    return (quarter === image % 4 ? 160 : 20) + random.integer(60);
  }),
};

const description: NetworkDescription = {
  ...{ backbone: 'conv3', head: 'mlp', parts: [4, 6], predictor: false },
  normalisation: { mean: [0.3], deviation: [0.25] },
};
const shape = [size, size, 1] as const;
const network = normalised(
  contrastNetwork((norm) => encoderLayers('conv3', shape, 10, { head: 'mlp', norm }), shape, {
    ...{ parts: [4, 6], normSplits: 2, predictor: false },
  }).query,
  description.normalisation!,
  shape,
);
const values = initialise(network.variables, randomKey(2));
const encoder: Encoder = {
  onnx: exportEncoder(network, shape, values, 'test', description),
  ...{ height: size, width: size, channels: 1, dimension: 10 },
};

const parameters: SelfLabelParameters = {
  ...{ k: 4, tau_c: 0.1, threshold: 0.5, balance: true, epochs: 5, batch: 32, optimizer: 'adam' },
  ...{ learning_rate: 0.001, weight_decay: 0, warmup: 0, schedule: 'constant', augmentation: 'scan_strong_no_flip' },
  ...{ crop_min: 0.8, crop_max: 1, rotation: 5, brightness: 0.1, contrast: 0.1, seed: 0 },
};
const run = (changed: Partial<SelfLabelParameters> = {}, given: Encoder = encoder) =>
  runStage(selfLabel, { parameters: { ...parameters, ...changed }, inputs: { images, encoder: given } });
const featuresOf = async (model: Encoder): Promise<Features> =>
  (await runStage(embed, { inputs: { encoder: model, images } })).outputs['features'] as Features;

test('a stored encoder gives its weights and its network back', async () => {
  const stored = storedNetwork(encoder);
  expect(stored.description).toEqual(description);
  expect(stored.values).toEqual(values);
  const again = exportEncoder(stored.network, shape, stored.values, 'test', stored.description);
  expect(await featuresOf({ ...encoder, onnx: again })).toEqual(await featuresOf(encoder));
});

test.each([true, false])('weighs the sure images as the slow reference does, balanced: %s', (balance) => {
  const [rows, count, dimension, temperature, threshold] = [40, 3, 5, 0.2, 0.7];
  const features = Float32Array.from({ length: rows * dimension }, () => random.uniform(-1, 1));
  const { targets, kept, counts } = pseudoLabels(features, { count, dimension, temperature, threshold, balance });
  const sure = Array.from({ length: rows }, (_, row) => {
    const exponentials = [0, 1, 2].map((k) => Math.exp(features[row * dimension + k]! / temperature));
    const probabilities = exponentials.map((value) => value / exponentials.reduce((a, b) => a + b));
    const most = Math.max(...probabilities);
    return most > threshold ? probabilities.indexOf(most) : -1;
  });
  const of = (label: number): number => sure.filter((one) => one === label).length;
  expect([0, 1, 2].every((label) => of(label) > 0) && of(-1) > 0).toBe(true);
  expect(counts).toEqual([0, 1, 2].map(of));
  expect(kept).toBe(rows - of(-1));
  const weights = sure.map((label) => (label < 0 ? 0 : balance ? kept / of(label) : 1));
  const total = weights.reduce((a, b) => a + b);
  sure.forEach((label, row) => {
    for (let k = 0; k < count; k += 1)
      expect(targets[row * count + k]).toBeCloseTo(k === label ? weights[row]! / total : 0, 6);
  });
});

test('learns what it labels: the loss falls, more images are sure, the encoder stays one that can be trained further', async () => {
  const { outputs } = await run({ epochs: 12 });
  const { series } = outputs['log'] as TrainingLog;
  expect(Object.keys(series)).toEqual(['loss', 'kept', 'smallest_share', 'largest_share']);
  expect(series['loss']!.at(-1)).toBeLessThan(series['loss']![0]!);
  expect(series['kept']!.at(-1)).toBeGreaterThan(series['kept']![0]!);
  const trained = outputs['encoder'] as Encoder;
  expect(storedNetwork(trained).description).toEqual(description);
  expect((await featuresOf(trained)).data).not.toEqual((await featuresOf(encoder)).data);
  expect(((await run({ epochs: 12 })).outputs['encoder'] as Encoder).onnx).toEqual(trained.onnx);
});

test('where no image is sure nothing is learned, and it says so', async () => {
  const { outputs, warnings } = await run({ threshold: 0.99996 });
  expect(warnings).toEqual(['self_label: in the last epoch no image had a probability above 0.99996']);
  expect(await featuresOf(outputs['encoder'] as Encoder)).toEqual(await featuresOf(encoder));
  expect((outputs['log'] as TrainingLog).series['kept']).toEqual([0, 0, 0, 0, 0]);
});

test('refuses a threshold that cannot be reached, too few scores, and an encoder from elsewhere', async () => {
  // e^1.1547 / (e^1.1547 + 3)
  await expect(run({ tau_c: 1, threshold: 0.6 })).rejects.toThrow(
    'threshold is 0.6, and with 4 categories and tau_c 1 no probability is above 0.5140',
  );
  await expect(run({ k: 11 })).rejects.toThrow('there are no 11 scores in features of length 10');
  const bare = { ...encoder, onnx: exportEncoder(network, shape, values, 'test') };
  await expect(run({}, bare)).rejects.toThrow('the encoder cannot be trained further');
});
