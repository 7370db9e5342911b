import { kmeans as mlKmeans } from 'ml-kmeans';
import { describe, expect, test } from 'vitest';
import type { Clusters, Features } from '../../../src/artifacts/artifact.ts';
import { clusterRows, restartsTogether } from '../../../src/engine/cluster/cluster-rows.ts';
import { kmeans } from '../../../src/stages/cluster/kmeans.ts';
import { preparePoints } from '../../../src/engine/cluster/points.ts';
import { runStage } from '../run-stage.ts';
import { blobs } from './blobs.ts';

const defaults = { k: 4, restarts: 20, iterations: 300, tolerance: 1e-4, seed: 0 };

async function cluster(features: Features, parameters: Partial<typeof defaults> = {}) {
  const run = await runStage(kmeans, { parameters: { ...defaults, ...parameters }, inputs: { features } });
  return { clusters: run.outputs['clusters'] as Clusters, ...run };
}

describe('kmeans', () => {
  test('finds groups that lie apart', async () => {
    const features = blobs(300, 16, 4, 0.1, 5);
    const { clusters, progress } = await cluster(features);
    const pairs = new Set(Array.from(clusters.assignments, (assigned, i) => `${assigned}:${features.groupOf[i]}`));
    expect(pairs.size).toBe(4);
    expect(progress.at(-1)).toMatchObject({ done: 20, total: 20, unit: 'restarts' });
  });

  test('centres are the means of their rows, inertia is the sum of squared distances to them', async () => {
    const features = blobs(200, 5, 6, 0.7, 1);
    const { clusters } = await cluster(features, { k: 6 });
    const { count, dimension, data } = features;
    let inertia = 0;
    for (let j = 0; j < 6; j += 1) {
      const rows = [...Array(count).keys()].filter((i) => clusters.assignments[i] === j);
      for (let d = 0; d < dimension; d += 1) {
        const mean = rows.reduce((sum, i) => sum + data[i * dimension + d]!, 0) / rows.length;
        expect(clusters.centres[j * dimension + d]).toBeCloseTo(mean, 5);
        inertia += rows.reduce((sum, i) => sum + (data[i * dimension + d]! - mean) ** 2, 0);
      }
    }
    expect(clusters.inertia).toBeCloseTo(inertia, 4);
  });

  test('is at least as good as the best of as many runs of ml-kmeans', async () => {
    for (let seed = 0; seed < 4; seed += 1) {
      const features = blobs(400, 12, 9, 0.6, seed);
      const rows = Array.from({ length: 400 }, (_, i) => Array.from(features.data.subarray(12 * i, 12 * i + 12)));
      const others = Array.from({ length: 20 }, (_, run) => {
        const { clusters, centroids } = mlKmeans(rows, 9, {
          seed: run,
          initialization: 'kmeans++',
          maxIterations: 300,
        });
        return rows.reduce(
          (sum, row, i) => sum + row.reduce((part, value, d) => part + (value - centroids[clusters[i]!]![d]!) ** 2, 0),
          0,
        );
      });
      const { clusters } = await cluster(features, { k: 9, seed });
      expect(clusters.inertia).toBeLessThanOrEqual(Math.min(...others) * (1 + 1e-6));
    }
  });

  test('the same seed gives the same bytes; another seed other draws', async () => {
    const features = blobs(300, 8, 12, 1.5, 2);
    const { clusters } = await cluster(features, { k: 12, restarts: 2 });
    expect((await cluster(features, { k: 12, restarts: 2 })).clusters).toEqual(clusters);
    expect((await cluster(features, { k: 12, restarts: 2, seed: 1 })).clusters.assignments).not.toEqual(
      clusters.assignments,
    );
  });

  test('more restarts never give a larger inertia', async () => {
    const features = blobs(300, 8, 12, 1.5, 2);
    let last = Infinity;
    for (const restarts of [1, 2, 5, 10, 20]) {
      const { clusters } = await cluster(features, { k: 12, restarts });
      expect(clusters.inertia).toBeLessThanOrEqual(last);
      last = clusters.inertia;
    }
  });

  test('moving all rows by the same amount changes no assignment', async () => {
    const features = blobs(250, 6, 4, 0.4, 8);
    // Powers of two keep the float32 rows exact.
    const coarse = features.data.map((value) => Math.round(value * 1024) / 1024);
    const moved = coarse.map((value) => value + 64);
    const [here, there] = await Promise.all([
      cluster({ ...features, data: coarse }),
      cluster({ ...features, data: moved }),
    ]);
    expect(there.clusters.assignments).toEqual(here.clusters.assignments);
  });

  test('k equal to the number of rows gives each row its own cluster', async () => {
    const { clusters } = await cluster(blobs(9, 3, 3, 0.5, 0), { k: 9 });
    expect([...clusters.assignments].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(clusters.inertia).toBeCloseTo(0, 9);
  });

  test('more clusters than rows: refused with both numbers', async () => {
    await expect(cluster(blobs(3, 2, 2, 0.1))).rejects.toThrow('kmeans: k is 4, but there are 3 rows to cluster');
  });

  test.each([NaN, Infinity])('features that hold %d: refused with the place', async (value) => {
    const features = blobs(10, 3, 2, 0.1);
    features.data[7] = value;
    await expect(cluster(features)).rejects.toThrow(`kmeans: the features hold ${value} at row 2, column 1`);
  });

  test('fewer different rows than clusters: the rest stay empty, with a warning', async () => {
    const data = Float32Array.from({ length: 40 }, (_, i) => (i % 4 < 2 ? 0 : 1));
    const { clusters, warnings } = await cluster({ count: 20, dimension: 2, data }, { k: 5 });
    expect(new Set(clusters.assignments).size).toBe(2);
    expect(clusters.inertia).toBe(0);
    expect(warnings).toEqual(['kmeans: only 2 of 5 clusters have rows; do the features hold 5 different rows?']);
  });

  test('an abort ends it between two iterations', async () => {
    const abort = new AbortController();
    const work = runStage(kmeans, {
      parameters: { ...defaults, restarts: 10_000 },
      inputs: { features: blobs(500, 8, 4, 1) },
      signal: abort.signal,
    });
    setTimeout(() => abort.abort(new Error('cancelled')), 20);
    await expect(work).rejects.toThrow('cancelled');
  });

  test('gives the same bytes on any number of threads, and however many restarts go together', async () => {
    const points = preparePoints(blobs(3000, 33, 9, 1, 4));
    const run = (threads: number, restarts: number) =>
      clusterRows(points, {
        ...{ k: 7, restarts, iterations: 300, tolerance: 1e-4, seed: 3, threads },
        signal: new AbortController().signal,
      });
    const one = await run(1, 6);
    for (const threads of [2, 3, 5]) expect(await run(threads, 6)).toEqual(one);
    // The best of six is the best of the first few, wherever it was found among them.
    const firsts = await Promise.all([1, 2, 3, 4, 5, 6].map((restarts) => run(1, restarts)));
    expect(Math.min(...firsts.map(({ inertia }) => inertia))).toBe(one.inertia);
    expect(firsts.map(({ inertia }) => inertia)).toEqual(firsts.map(({ inertia }) => inertia).sort((a, b) => b - a));
  });

  test('restarts go together as far as memory allows', () => {
    expect(restartsTogether(60_000, 10, 20)).toBe(20);
    expect(restartsTogether(1_281_167, 1000, 20)).toBe(1);
    expect(restartsTogether(1_281_167, 10, 20)).toBe(8);
    expect(restartsTogether(10, 3, 2)).toBe(2);
  });
});
