// UMAP beside umap-js, an independent implementation, on the same neighbours, start and random numbers.
import { UMAP } from 'umap-js';
import { describe, expect, test } from 'vitest';
import type { FeatureRows } from '../../../src/engine/cluster/points.ts';
import { nearestNeighbours, type Neighbours } from '../../../src/engine/neighbours/nearest-neighbours.ts';
import { fuzzyGraph } from '../../../src/engine/umap/fuzzy-graph.ts';
import { epochsFor, openLayout } from '../../../src/engine/umap/layout.ts';
import { fitCurve } from '../../../src/engine/umap/low-dimensional-curve.ts';
import { umap } from '../../../src/engine/umap/umap.ts';
import { randomKey, RandomStream } from '../../../src/random/random.ts';
import { blobs } from '../../stages/cluster/blobs.ts';

/** What umap-js keeps to itself. */
interface Inner {
  readonly graph: { getAll(): { readonly row: number; readonly col: number; readonly value: number }[] };
  readonly optimizationState: { readonly a: number; readonly b: number };
}

/** umap-js, ready for its first step. */
function other({ indices, distances }: Neighbours, k: number, random: () => number) {
  const count = indices.length / k;
  const nested = (values: ArrayLike<number>): number[][] =>
    Array.from({ length: count }, (_, row) => Array.from({ length: k }, (_unused, at) => values[row * k + at]!));
  const found = new UMAP({ nNeighbors: k, minDist: 0.1, spread: 1, random });
  found.setPrecomputedKNN(nested(indices), nested(distances));
  const epochs = found.initializeFit(nested(indices));
  return { epochs, inner: found as unknown as Inner, step: () => found.step(), points: found.getEmbedding() };
}

/** Rows of which some are equal. */
function someEqual(count: number, seed: number): FeatureRows {
  const rows = blobs(count, 8, 4, 0.5, seed);
  for (const row of [3, 40, 41, 90]) rows.data.set(rows.data.subarray(0, 8), 8 * row);
  // Enough that all neighbours of these are at distance zero.
  for (let row = 100; row < 125; row += 1) rows.data.set(rows.data.subarray(800, 808), 8 * row);
  return rows;
}

describe('fuzzyGraph', () => {
  test('has the edges and weights of umap-js', async () => {
    for (const [seed, k] of [
      [0, 15],
      [1, 4],
      [2, 2],
    ] as const) {
      const neighbours = await nearestNeighbours(someEqual(300, seed), { k, threads: 1 });
      const { from, to, weights } = fuzzyGraph(neighbours, k);
      const expected = other(neighbours, k, () => 0.5)
        .inner.graph.getAll()
        .filter(({ value }) => value > 0);
      expect([...from]).toEqual(expected.map(({ row }) => row));
      expect([...to]).toEqual(expected.map(({ col }) => col));
      expected.forEach(({ value }, edge) => expect(weights[edge]).toBeCloseTo(value, 10));
    }
  });
});

describe('fitCurve', () => {
  // Least squares by SciPy 1.10: scipy.optimize.curve_fit over numpy.linspace(0, 3 · spread, 300).
  test.each([
    [0.1, 1, 1.5769434603113077, 0.8950608779109733],
    [0, 1, 1.9328084, 0.79049497],
    [0.5, 1, 0.58303002, 1.33416699],
    [0.25, 2, 0.4162735, 0.92185513],
  ])('minimum %d, spread %d', (minimum, spread, a, b) => {
    const found = fitCurve(minimum, spread);
    expect(found.a).toBeCloseTo(a, 4);
    expect(found.b).toBeCloseTo(b, 4);
  });
});

describe('openLayout', () => {
  test('moves points as umap-js does', async () => {
    const count = 200;
    const neighbours = await nearestNeighbours(blobs(count, 8, 4, 0.5, 3), { k: 10, threads: 1 });
    const theirs = new RandomStream(randomKey(1, 'layout'));
    const expected = other(neighbours, 10, () => theirs.uniform());
    // Drawing its own start has moved umap-js's stream: from here on both draw from new ones.
    const start = new RandomStream(randomKey(2, 'start'));
    const points = Float64Array.from({ length: 2 * count }, () => 10 * start.normal());
    // Two points in one place are pushed apart.
    points.copyWithin(0, 2, 4);
    expected.points.forEach((point, i) => point.splice(0, 2, points[2 * i]!, points[2 * i + 1]!));
    const ours = new RandomStream(randomKey(1, 'layout'));
    for (let draws = 0; draws < 2 * count; draws += 1) ours.uniform();
    expect(epochsFor(count)).toBe(expected.epochs);
    const step = openLayout(
      ...([fuzzyGraph(neighbours, 10), expected.inner.optimizationState, points, expected.epochs, ours] as const),
    );
    // Rounding grows tenfold an epoch, and later a thousandfold: the two take different roads after about ten.
    for (let epoch = 0; epoch < 7; epoch += 1) {
      expected.step();
      step(epoch);
      expected.points.flat().forEach((value, at) => expect(points[at]).toBeCloseTo(value, 6));
    }
  });

  test.each([
    [2500, 500],
    [2501, 400],
    [5001, 300],
    [7501, 200],
  ])('%d rows take %d epochs', (count, epochs) => expect(epochsFor(count)).toBe(epochs));
});

describe('umap', () => {
  const options = { neighbours: 10, minDistance: 0.1, key: randomKey(0, 'umap'), threads: 1 };

  test('gives the same bytes on any number of threads, and others from another key', async () => {
    const rows = blobs(150, 20, 4, 0.5, 1);
    const one = await umap(rows, options);
    expect(await umap(rows, { ...options, threads: 3 })).toEqual(one);
    expect(await umap(rows, { ...options, key: randomKey(1, 'umap') })).not.toEqual(one);
  });
});
