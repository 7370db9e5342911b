// Features of two views of each image: which views they are, and that they depend on nothing but the seed and the row.
import { expect, test } from 'vitest';
import type { Encoder, Features, Images } from '../../../src/artifacts/artifact.ts';
import { backbones } from '../../../src/engine/nn/backbones.ts';
import { initialise } from '../../../src/engine/nn/initialise.ts';
import { exportEncoder } from '../../../src/engine/train/export-encoder.ts';
import { randomKey, RandomStream } from '../../../src/random/random.ts';
import { embed } from '../../../src/stages/represent/embed.ts';
import { embedViews, type EmbedViewsParameters } from '../../../src/stages/represent/embed-views.ts';
import { runStage } from '../run-stage.ts';

const size = 12;
const random = new RandomStream(randomKey(1));
/** More than are embedded at once, and no multiple of it. */
const images: Images = {
  ...{ count: 150, height: size, width: size, channels: 1 },
  data: Uint8Array.from({ length: 150 * size * size }, () => random.integer(256)),
};
const network = backbones.conv3(5)([size, size, 1]);
const encoder: Encoder = {
  onnx: exportEncoder(network, [size, size, 1], initialise(network.variables, randomKey(2)), 'test'),
  ...{ height: size, width: size, channels: 1, dimension: 5 },
};
const run = async (
  changed: Partial<EmbedViewsParameters> = {},
  given: Images = images,
): Promise<{ first: Features; second: Features }> => {
  const parameters: EmbedViewsParameters = {
    ...{ augmentation: 'affine', crop_min: 0.5, crop_max: 1, rotation: 10, brightness: 0.4, contrast: 0.4, seed: 0 },
    ...changed,
  };
  const { outputs } = await runStage(embedViews, { parameters: { ...parameters }, inputs: { encoder, images: given } });
  return outputs as unknown as { first: Features; second: Features };
};

test('without augmentation both are the features of the images', async () => {
  const { first, second } = await run({ augmentation: 'plain' });
  const plain = (await runStage(embed, { inputs: { encoder, images } })).outputs['features'] as Features;
  expect([first.count, first.dimension]).toEqual([150, 5]);
  first.data.forEach((value, at) => expect(value).toBeCloseTo(plain.data[at]!, 5));
  expect(second.data).toEqual(first.data);
});

test('two views of an image differ, and are more alike than views of two images', async () => {
  const { first, second } = await run();
  const product = (a: number, b: number): number =>
    first.data.subarray(5 * a, 5 * a + 5).reduce((sum, value, d) => sum + value * second.data[5 * b + d]!, 0);
  const own = Array.from({ length: 150 }, (_, row) => product(row, row));
  const other = Array.from({ length: 150 }, (_, row) => product(row, (row + 1) % 150));
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b) / values.length;
  expect(mean(own)).toBeLessThan(0.9999);
  expect(mean(own)).toBeGreaterThan(mean(other));
});

test('a seed gives the same bytes, another one others; a row has the same views in a smaller set', async () => {
  const [once, again, other] = [await run(), await run(), await run({ seed: 1 })];
  expect(again).toEqual(once);
  expect(other.first.data).not.toEqual(once.first.data);
  const few = await run({}, { ...images, count: 7, data: images.data.subarray(0, 7 * size * size) });
  few.second.data.forEach((value, at) => expect(value).toBeCloseTo(once.second.data[at]!, 5));
});

test('refuses no images', async () => {
  await expect(run({}, { ...images, count: 0, data: new Uint8Array(0) })).rejects.toThrow('there are no images');
});
