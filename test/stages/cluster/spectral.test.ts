// Spherical k-means and spectral clustering: groups that plain k-means does not find, against dense references, and what they refuse.
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import type { Clusters, Features } from '../../../src/artifacts/artifact.ts';
import { normalisedAffinity } from '../../../src/engine/cluster/affinity.ts';
import { largestEigenvectors } from '../../../src/engine/cluster/largest-eigenvectors.ts';
import { nearestNeighbours } from '../../../src/engine/neighbours/nearest-neighbours.ts';
import { randomKey, RandomStream } from '../../../src/random/random.ts';
import { kmeans, sphericalKmeans } from '../../../src/stages/cluster/kmeans.ts';
import { spectral } from '../../../src/stages/cluster/spectral.ts';
import type { StageImplementation } from '../../../src/stage/stage.ts';
import { runStage } from '../run-stage.ts';
import { blobs } from './blobs.ts';

const shared = { restarts: 10, iterations: 300, tolerance: 1e-4, seed: 0 };

async function clusters(stage: StageImplementation, features: Features, parameters: object): Promise<Clusters> {
  const { outputs } = await runStage(stage, { parameters: { ...shared, ...parameters }, inputs: { features } });
  return outputs['clusters'] as Clusters;
}

/** Pairs of (cluster, group): as many as groups where they are the same. */
const pairs = (found: Clusters, groupOf: (row: number) => number): number =>
  new Set(Array.from(found.assignments, (cluster, row) => `${cluster}:${groupOf(row)}`)).size;

/** Two rings, one within the other: row i is on ring i mod 2. */
function rings(count: number): Features {
  const random = new RandomStream(randomKey(4));
  const data = new Float32Array(2 * count);
  for (let row = 0; row < count; row += 1) {
    const [angle, radius] = [random.uniform(0, 2 * Math.PI), (row % 2 === 0 ? 1 : 3) + 0.1 * random.normal()];
    data.set([radius * Math.cos(angle), radius * Math.sin(angle)], 2 * row);
  }
  return { count, dimension: 2, data };
}

describe('spherical k-means', () => {
  test('finds directions, whatever the lengths of the rows', async () => {
    const random = new RandomStream(randomKey(5));
    const axes = blobs(3, 6, 3, 0, 7).data;
    const count = 150;
    const data = new Float32Array(count * 6);
    for (let row = 0; row < count; row += 1) {
      const length = Math.exp(random.uniform(-3, 3));
      for (let d = 0; d < 6; d += 1) data[row * 6 + d] = length * (axes[(row % 3) * 6 + d]! + 0.1 * random.normal());
    }
    const features = { count, dimension: 6, data };
    const groups = Array.from({ length: 3 }, (_, group) => axes.subarray(group * 6, group * 6 + 6).join());
    expect(new Set(groups).size).toBeGreaterThan(1);
    const found = await clusters(sphericalKmeans, features, { k: new Set(groups).size });
    expect(pairs(found, (row) => groups.indexOf(groups[row % 3]!))).toBe(new Set(groups).size);
    expect(pairs(await clusters(kmeans, features, { k: 3 }), (row) => row % 3)).toBeGreaterThan(3);
  });

  test('a centre is the direction of the sum of its rows, the nearest has the largest cosine, inertia is twice the sum of 1 − cosine', async () => {
    const { count, dimension, data } = blobs(200, 5, 6, 0.7, 1);
    const found = await clusters(sphericalKmeans, { count, dimension, data }, { k: 4, tolerance: 0 });
    const unit = Array.from({ length: count }, (_, row) => {
      const values = [...data.subarray(row * dimension, (row + 1) * dimension)];
      return values.map((value) => value / Math.hypot(...values));
    });
    const centre = (j: number) => [...found.centres.subarray(j * dimension, (j + 1) * dimension)];
    const cosine = (row: number, j: number) => unit[row]!.reduce((sum, value, d) => sum + value * centre(j)[d]!, 0);
    let inertia = 0;
    for (let row = 0; row < count; row += 1) {
      const own = cosine(row, found.assignments[row]!);
      for (let j = 0; j < 4; j += 1) expect(own).toBeGreaterThanOrEqual(cosine(row, j) - 1e-6);
      inertia += 2 - 2 * own;
    }
    expect(found.inertia).toBeCloseTo(inertia, 3);
    for (let j = 0; j < 4; j += 1) {
      const sum = Array.from({ length: dimension }, (_, d) =>
        unit.reduce((all, row, at) => (found.assignments[at] === j ? all + row[d]! : all), 0),
      );
      sum.forEach((value, d) => expect(centre(j)[d]).toBeCloseTo(value / Math.hypot(...sum), 4));
    }
  });

  test('refuses a row without a direction', async () => {
    const features = { count: 4, dimension: 2, data: Float32Array.of(1, 0, 0, 0, 0, 1, 1, 1) };
    await expect(clusters(sphericalKmeans, features, { k: 2 })).rejects.toThrow('row 1 is all zeros');
  });
});

describe('spectral clustering', () => {
  test('finds rings, which k-means does not', async () => {
    const features = rings(300);
    expect(pairs(await clusters(spectral, features, { k: 2, neighbours: 10 }), (row) => row % 2)).toBe(2);
    expect(pairs(await clusters(kmeans, features, { k: 2 }), (row) => row % 2)).toBeGreaterThan(2);
  });

  test('has the affinity and the eigenvectors of a dense reference, eigenvalue 1 as often as the graph has parts', async () => {
    const features = blobs(90, 4, 3, 0.05, 2);
    const kk = 9;
    const { data, dimension, count } = features;
    const graph = normalisedAffinity(await nearestNeighbours(features, { k: kk, threads: 1 }), kk);
    const distance = (i: number, j: number): number =>
      Math.sqrt(
        Array.from({ length: dimension }, (_, d) => (data[i * dimension + d]! - data[j * dimension + d]!) ** 2).reduce(
          (a, b) => a + b,
        ),
      );
    const rows = Array.from({ length: count }, (_, i) => i);
    const near = rows.map((i) => [...rows].sort((a, b) => distance(i, a) - distance(i, b)).slice(1, kk));
    const sigma = rows.map((i) => distance(i, near[i]![6]!));
    const weight = (i: number, j: number): number =>
      near[i]!.includes(j) || near[j]!.includes(i) ? Math.exp(-(distance(i, j) ** 2) / (sigma[i]! * sigma[j]!)) : 0;
    const degree = rows.map((i) => rows.reduce((sum, j) => sum + (i === j ? 0 : weight(i, j)), 0));
    const dense = Matrix.zeros(count, count);
    for (const i of rows)
      for (const j of rows) if (i !== j) dense.set(i, j, weight(i, j) / Math.sqrt(degree[i]! * degree[j]!));
    for (const i of rows)
      for (let at = graph.starts[i]!; at < graph.starts[i + 1]!; at += 1)
        expect(graph.values[at]).toBeCloseTo(dense.get(i, graph.columns[at]!), 6);
    expect(graph.values.length).toBe(rows.flatMap((i) => rows.filter((j) => dense.get(i, j) > 0)).length);

    const found = await largestEigenvectors(graph, {
      ...{ count: 5, tolerance: 1e-8, random: new RandomStream(randomKey(0)) },
      onRound: async () => undefined,
    });
    expect(found.residual).toBeLessThanOrEqual(1e-8);
    const expected = new EigenvalueDecomposition(dense, { assumeSymmetric: true }).realEigenvalues.sort(
      (a, b) => b - a,
    );
    [...found.values].forEach((value, at) => expect(value).toBeCloseTo(expected[at]!, 6));
    const parts = expected.filter((value) => value > 1 - 1e-9).length;
    expect(parts).toBeGreaterThan(1);
    expect([...found.values].slice(0, parts).every((value) => value > 1 - 1e-7)).toBe(true);
  });

  test('the same seed gives the same clusters', async () => {
    const features = rings(200);
    expect(await clusters(spectral, features, { k: 3, neighbours: 12 })).toEqual(
      await clusters(spectral, features, { k: 3, neighbours: 12 }),
    );
  });

  test('refuses more neighbours than there are', async () => {
    await expect(clusters(spectral, rings(20), { k: 2, neighbours: 20 })).rejects.toThrow(
      'neighbours is 20, but each of 20 rows has 19',
    );
  });
});
