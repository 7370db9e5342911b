// Clusters as a head: the scores are those of the centres, whatever the encoder, and the whole can be trained on.
import { beforeAll, describe, expect, test } from 'vitest';
import type { Clusters, Encoder } from '../../../src/artifacts/artifact.ts';
import { storedNetwork } from '../../../src/engine/train/stored-network.ts';
import { categories } from '../../../src/stages/cluster/categories.ts';
import { sphericalKmeans } from '../../../src/stages/cluster/kmeans.ts';
import { clusterHead } from '../../../src/stages/represent/cluster-head.ts';
import { runStage } from '../run-stage.ts';
import { description, featuresOf, images, said, unsaid } from './small-encoder.ts';

const dimension = 6;
const k = 3;
let features: Float32Array;
let clusters: Clusters;
beforeAll(async () => {
  features = await featuresOf(said);
  const parameters = { k, restarts: 4, iterations: 100, tolerance: 0, seed: 0 };
  const inputs = { features: { count: images.count, dimension, data: features } };
  clusters = (await runStage(sphericalKmeans, { parameters, inputs })).outputs['clusters'] as Clusters;
});

const headed = async (encoder: Encoder, of: Clusters): Promise<Encoder> =>
  (await runStage(clusterHead, { inputs: { encoder, clusters: of } })).outputs['encoder'] as Encoder;

describe.each([
  ['an encoder that says what it is made of', said],
  ['one that does not', unsaid],
])('behind %s', (_, encoder) => {
  test('the largest score is that of the cluster', async () => {
    const joined = await headed(encoder, clusters);
    expect(joined.dimension).toBe(k);
    const inputs = { features: { count: images.count, dimension: k, data: await featuresOf(joined) } };
    const found = (await runStage(categories, { parameters: { k }, inputs })).outputs['clusters'] as Clusters;
    expect(new Set(found.assignments).size).toBe(k);
    expect([...found.assignments]).toEqual([...clusters.assignments]);
  });

  test('the scores are the cosines with the centres, less their mean, at length one; the length of a centre is nothing', async () => {
    const longer = { ...clusters, centres: clusters.centres.map((value) => value * 7) };
    const scores = await featuresOf(await headed(encoder, longer));
    for (let row = 0; row < images.count; row += 1) {
      const cosines = Array.from({ length: k }, (_, j) => {
        const centre = clusters.centres.subarray(j * dimension, (j + 1) * dimension);
        const product = centre.reduce((sum, value, d) => sum + value * features[row * dimension + d]!, 0);
        return product / Math.hypot(...centre);
      });
      const mean = cosines.reduce((sum, value) => sum + value, 0) / k;
      const length = Math.hypot(...cosines.map((value) => value - mean));
      cosines.forEach((value, j) => expect(scores[row * k + j]).toBeCloseTo((value - mean) / length, 4));
    }
  });
});

test('training goes on from both where the encoder says what it is made of', async () => {
  expect(storedNetwork(await headed(said, clusters)).description).toEqual({
    ...description,
    behind: [{ head: 'linear', parts: [k], predictor: false }],
  });
});

test('clusters without centres, and centres of other features, are refused', async () => {
  await expect(headed(said, { ...clusters, centres: new Float32Array() })).rejects.toThrow(
    'cluster_head: the clusters have no centres',
  );
  await expect(headed(said, { ...clusters, centres: new Float32Array(k * 5) })).rejects.toThrow(
    'cluster_head: the centres have 5 numbers each, the encoder gives 6',
  );
});
