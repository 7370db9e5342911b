import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Features } from '../../../src/artifacts/artifact.ts';
import { randomKey, RandomStream } from '../../../src/random/random.ts';
import { CentreSearch } from '../../../src/engine/cluster/centre-search.ts';
import { startingCentres as allStartingCentres } from '../../../src/engine/cluster/kmeans-plus-plus.ts';
import { lloyd as allLloyd, type Clustering, type LloydOptions } from '../../../src/engine/cluster/lloyd.ts';
import { preparePoints, type Points } from '../../../src/engine/cluster/points.ts';
import { blobs } from '../../stages/cluster/blobs.ts';

async function searching<T>(points: Points, k: number, use: (search: CentreSearch) => Promise<T>): Promise<T> {
  const search = await CentreSearch.create(points, k, 1, new AbortController().signal);
  try {
    return await use(search);
  } finally {
    await search.close();
  }
}

/** One restart on its own. */
const lloyd = (points: Points, start: Float64Array, options: LloydOptions): Promise<Clustering> =>
  searching(points, options.k, async (search) => (await allLloyd(points, search, [start], options))[0]!);
const startingCentres = (points: Points, k: number, random: RandomStream): Promise<Float64Array> =>
  searching(points, k, async (search) => (await allStartingCentres(points, search, k, [random]))[0]!);

function squaredDistance({ rows, dimension }: Points, row: number, centres: Float64Array, centre: number): number {
  let sum = 0;
  for (let d = 0; d < dimension; d += 1) sum += (rows[row * dimension + d]! - centres[centre * dimension + d]!) ** 2;
  return sum;
}

function nearest(points: Points, centres: Float64Array, k: number): number[] {
  return Array.from({ length: points.count }, (_, i) => {
    const distances = Array.from({ length: k }, (_unused, j) => squaredDistance(points, i, centres, j));
    return distances.indexOf(Math.min(...distances));
  });
}

/** Lloyd's algorithm as the textbook has it: every row against every centre, sums made anew each time. No empty clusters. */
function textbook(points: Points, start: Float64Array, k: number, iterations: number) {
  const { count, dimension, rows } = points;
  const centres = start.slice();
  let labels: number[] = [];
  for (let iteration = 0; iteration < iterations; iteration += 1) {
    const next = nearest(points, centres, k);
    if (String(next) === String(labels)) break;
    labels = next;
    for (let j = 0; j < k; j += 1) {
      const members = [...Array(count).keys()].filter((i) => labels[i] === j);
      if (members.length === 0) throw new Error('the reference has no rule for empty clusters');
      for (let d = 0; d < dimension; d += 1) {
        centres[j * dimension + d] = members.reduce((sum, i) => sum + rows[i * dimension + d]!, 0) / members.length;
      }
    }
  }
  return { labels: nearest(points, centres, k), centres };
}

const options = (k: number) => ({ k, iterations: 300, tolerance: 0 });

describe('lloyd', () => {
  test('gives what comparing every row with every centre gives', async () => {
    for (let seed = 0; seed < 25; seed += 1) {
      const k = 2 + (seed % 7);
      const points = preparePoints(blobs(300, 1 + (seed % 9), 5, 0.2 + (seed % 5) / 4, seed));
      const start = await startingCentres(points, k, new RandomStream(randomKey(seed, 'start')));
      const expected = textbook(points, start, k, 300);
      const found = await lloyd(points, start, options(k));
      expect([...found.assignments]).toEqual(expected.labels);
      found.centres
        .subarray(0, k * points.dimension)
        .forEach((value, at) => expect(value).toBeCloseTo(expected.centres[at]!, 9));
      const inertia = expected.labels.reduce(
        (sum, label, i) => sum + squaredDistance(points, i, expected.centres, label),
        0,
      );
      expect(found.inertia).toBeCloseTo(inertia, 6);
    }
  });

  test('assignments belong to the centres, wherever it stops', async () => {
    const points = preparePoints(blobs(400, 6, 8, 0.8, 3));
    const start = await startingCentres(points, 8, new RandomStream(randomKey(3, 'start')));
    for (const [iterations, tolerance] of [
      [1, 0],
      [2, 0],
      [300, 0.5],
      [300, 0],
    ] as const) {
      const { assignments, centres } = await lloyd(points, start, { k: 8, iterations, tolerance });
      expect([...assignments]).toEqual(nearest(points, centres, 8));
    }
  });

  test('each iteration lowers the inertia or keeps it', async () => {
    const points = preparePoints(blobs(500, 10, 6, 1, 1));
    const start = await startingCentres(points, 6, new RandomStream(randomKey(1, 'start')));
    let last = Infinity;
    for (let iterations = 1; iterations < 30; iterations += 1) {
      const { inertia } = await lloyd(points, start, { k: 6, iterations, tolerance: 0 });
      expect(inertia).toBeLessThanOrEqual(last * (1 + 1e-12));
      last = inertia;
    }
  });

  test('an empty cluster takes the row farthest from its own centre', async () => {
    // Two centres at the far left: the second one is nobody's nearest, so it must end on the lone row at the right.
    const points = preparePoints({ count: 5, dimension: 1, data: Float32Array.of(0, 1, 2, 3, 100) });
    const start = new Float64Array(2);
    start.set([0 - points.means[0]!, -500 - points.means[0]!]);
    const { assignments, inertia } = await lloyd(points, start, options(2));
    expect([...assignments]).toEqual([0, 0, 0, 0, 1]);
    expect(inertia).toBeCloseTo(5, 9);
  });

  test('several empty clusters take the farthest rows in order', async () => {
    const points = preparePoints({ count: 6, dimension: 1, data: Float32Array.of(0, 0, 0, 50, 80, 200) });
    const start = new Float64Array(4);
    start.set([0, -900, -901, -902].map((value) => value - points.means[0]!));
    const { assignments, inertia } = await lloyd(points, start, options(4));
    expect([...assignments]).toEqual([0, 0, 0, 3, 2, 1]);
    expect(inertia).toBeCloseTo(0, 9);
  });

  test('a tie goes to the first centre', async () => {
    const points = preparePoints({ count: 3, dimension: 1, data: Float32Array.of(-1, 0, 1) });
    const start = new Float64Array(2);
    start.set([1, -1]);
    const { assignments } = await lloyd(points, start, { k: 2, iterations: 1, tolerance: Infinity });
    expect(assignments[1]).toBe(0);
  });

  test('rows that are all equal end without an error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 2, max: 6 }), async (count, k) => {
        const features: Features = {
          count: count + k,
          dimension: 2,
          data: new Float32Array(2 * (count + k)).fill(0.25),
        };
        const points = preparePoints(features);
        const { assignments, inertia } = await lloyd(
          points,
          await startingCentres(points, k, new RandomStream(randomKey(0, 'a'))),
          options(k),
        );
        expect(new Set(assignments)).toEqual(new Set([0]));
        expect(inertia).toBe(0);
      }),
    );
  });
});

describe('startingCentres', () => {
  test('are rows, and all different where the rows are', async () => {
    const points = preparePoints(blobs(60, 3, 4, 0.5, 2));
    const rows = new Set(
      Array.from({ length: 60 }, (_, i) => String(Array.from(points.rows.subarray(3 * i, 3 * i + 3)))),
    );
    const centres = await startingCentres(points, 12, new RandomStream(randomKey(2, 'start')));
    const texts = Array.from({ length: 12 }, (_, j) => String(Array.from(centres.subarray(3 * j, 3 * j + 3))));
    expect(texts.every((text) => rows.has(text))).toBe(true);
    expect(new Set(texts).size).toBe(12);
  });

  test('far groups each get one', async () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const features = blobs(200, 8, 5, 0.01, seed);
      const points = preparePoints(features);
      const centres = await startingCentres(points, 5, new RandomStream(randomKey(seed, 'start')));
      const groups = Array.from({ length: 5 }, (_, j) => {
        const distances = Array.from({ length: 200 }, (_unused, i) => squaredDistance(points, i, centres, j));
        return features.groupOf[distances.indexOf(Math.min(...distances))];
      });
      expect(new Set(groups).size).toBe(5);
    }
  });
});
