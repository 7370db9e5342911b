// New images into stored clusters: the images that were clustered come back where they were, others go to the nearest centre.
import { expect, test } from 'vitest';
import type { Clusters, Encoder, Features, Images } from '../../../src/artifacts/artifact.ts';
import { backbones } from '../../../src/engine/nn/backbones.ts';
import { initialise } from '../../../src/engine/nn/initialise.ts';
import { exportEncoder } from '../../../src/engine/train/export-encoder.ts';
import { randomKey, RandomStream } from '../../../src/random/random.ts';
import { assign } from '../../../src/stages/cluster/assign.ts';
import { kmeans } from '../../../src/stages/cluster/kmeans.ts';
import { embed } from '../../../src/stages/represent/embed.ts';
import { runStage } from '../run-stage.ts';

const size = 8;
const network = backbones.conv3(6)([size, size, 1]);
const encoder: Encoder = {
  onnx: exportEncoder(network, [size, size, 1], initialise(network.variables, randomKey(0)), 'test'),
  ...{ height: size, width: size, channels: 1, dimension: 6 },
};
const random = new RandomStream(randomKey(1));
const draw = (count: number): Images => ({
  ...{ count, height: size, width: size, channels: 1 },
  data: Uint8Array.from({ length: count * size * size }, () => random.integer(256)),
});
const embedded = async (images: Images): Promise<Features> =>
  (await runStage(embed, { inputs: { encoder, images } })).outputs['features'] as Features;
const images = draw(60);
const parameters = { k: 4, restarts: 5, iterations: 300, tolerance: 0, seed: 0 };
const found = async (): Promise<Clusters> =>
  (await runStage(kmeans, { parameters, inputs: { features: await embedded(images) } })).outputs[
    'clusters'
  ] as Clusters;
const assigned = async (given: Images, clusters: Clusters): Promise<Clusters> =>
  (await runStage(assign, { inputs: { images: given, encoder, clusters } })).outputs['clusters'] as Clusters;

test('images that were clustered come back where they were', async () => {
  const clusters = await found();
  const again = await assigned(images, clusters);
  expect(again.assignments).toEqual(clusters.assignments);
  expect(again.inertia).toBeCloseTo(clusters.inertia, 5);
  expect(again.centres).toEqual(clusters.centres);
});

test('other images go to the nearest centre', async () => {
  const clusters = await found();
  const others = draw(25);
  const { data } = await embedded(others);
  const { assignments } = await assigned(others, clusters);
  for (let row = 0; row < 25; row += 1) {
    const distances = [0, 1, 2, 3].map((j) =>
      Math.hypot(...Array.from({ length: 6 }, (_, d) => data[row * 6 + d]! - clusters.centres[j * 6 + d]!)),
    );
    expect(assignments[row]).toBe(distances.indexOf(Math.min(...distances)));
  }
});

test('refuses clusters without centres, or with those of another encoder', async () => {
  const clusters = await found();
  await expect(assigned(images, { ...clusters, centres: new Float32Array(0) })).rejects.toThrow('have no centres');
  await expect(assigned(images, { ...clusters, centres: new Float32Array(12) })).rejects.toThrow(
    'the centres have 3 numbers each, the encoder gives 6',
  );
});
