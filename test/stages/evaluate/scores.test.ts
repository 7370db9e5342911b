import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Scores } from '../../../src/artifacts/artifact.ts';
import { randomKey, RandomStream } from '../../../src/random/random.ts';
import { accuracy, bestMatching, type EntropyMean } from '../../../src/stages/evaluate/clustering-metrics.ts';
import { meanStd } from '../../../src/stages/evaluate/mean-std.ts';
import { scores } from '../../../src/stages/evaluate/scores.ts';
import { runStage } from '../run-stage.ts';

async function score(
  y: readonly number[],
  p: readonly number[],
  average: EntropyMean = 'arithmetic',
  k = Math.max(...p) + 1,
): Promise<Scores> {
  const classes = Math.max(...y) + 1;
  const labels = { values: Int32Array.from(y), names: Array.from({ length: classes }, (_, i) => `c${i}`) };
  const clusters = { k, assignments: Int32Array.from(p), centres: new Float32Array(0), inertia: 0 };
  return (await runStage(scores, { parameters: { average }, inputs: { labels, clusters } })).outputs[
    'scores'
  ] as Scores;
}

const permutations = (n: number): number[][] =>
  n === 0
    ? [[]]
    : permutations(n - 1).flatMap((rest) => Array.from({ length: n }, (_, at) => rest.toSpliced(at, 0, n - 1)));

/** Two labelings of the same images. */
const labelings = fc
  .integer({ min: 1, max: 30 })
  .chain((n) =>
    fc.tuple(fc.array(fc.nat(4), { minLength: n, maxLength: n }), fc.array(fc.nat(5), { minLength: n, maxLength: n })),
  );

describe('values worked out apart in float64', () => {
  test.each([
    [[0, 0, 0, 1, 1, 1, 2, 2, 2, 2], [1, 1, 0, 0, 0, 0, 2, 2, 2, 1], 0.8, 0.6180656, 0.4318182],
    [[0, 0, 1, 1], [0, 1, 2, 3], 0.5, 0.6666667, 0],
    [[0, 0, 1, 1, 2, 2], [0, 0, 0, 0, 1, 1], 0.6666667, 0.7336804, 0.4444444],
  ])('y = %j, p = %j', async (y, p, acc, nmi, ari) => {
    const result = await score(y, p);
    expect(result.acc).toBeCloseTo(acc, 7);
    expect(result.nmi).toBeCloseTo(nmi, 7);
    expect(result.ari).toBeCloseTo(ari, 7);
    expect(result.count).toBe(y.length);
  });

  test('the geometric mean of the entropies', async () => {
    expect((await score([0, 0, 1, 1], [0, 1, 2, 3], 'geometric')).nmi).toBeCloseTo(0.7071068, 7);
    expect((await score([0, 0, 1, 1, 2, 2], [0, 0, 0, 0, 1, 1], 'geometric')).nmi).toBeCloseTo(0.7611703, 7);
  });

  test('the least and the greatest of the entropies', async () => {
    // MI = ln 2, H(y) = ln 2, H(p) = ln 4.
    expect((await score([0, 0, 1, 1], [0, 1, 2, 3], 'min')).nmi).toBeCloseTo(1, 12);
    expect((await score([0, 0, 1, 1], [0, 1, 2, 3], 'max')).nmi).toBeCloseTo(0.5, 12);
  });
});

describe('edges', () => {
  test('both constant: everything agrees', async () => {
    const { acc, nmi, ari } = await score([0, 0, 0], [0, 0, 0]);
    expect({ acc, nmi, ari }).toEqual({ acc: 1, nmi: 1, ari: 1 });
  });

  test.each(['arithmetic', 'geometric', 'min', 'max'] as const)(
    'one constant: no information, by the %s mean',
    async (average) => {
      const { nmi, ari } = await score([0, 0, 1, 1], [0, 0, 0, 0], average);
      expect(nmi).toBe(0);
      expect(ari).toBe(0);
    },
  );

  test('all singletons on both sides, and a single image', async () => {
    expect((await score([0, 1, 2], [2, 0, 1])).ari).toBe(1);
    const { acc, nmi, ari } = await score([0], [0]);
    expect({ acc, nmi, ari }).toEqual({ acc: 1, nmi: 1, ari: 1 });
  });

  test('clusters beyond the classes are matched to none and count as errors', async () => {
    const { acc, matching } = await score([0, 0, 0, 1, 1], [0, 0, 2, 1, 1]);
    expect(matching).toEqual([0, 1, -1]);
    expect(acc).toBeCloseTo(0.8, 12);
  });

  test('no images, and lists of different length, are refused', async () => {
    const labels = { values: new Int32Array(0), names: ['a'] };
    const clusters = { k: 2, assignments: new Int32Array(0), centres: new Float32Array(0), inertia: 0 };
    const run = (inputs: object) =>
      runStage(scores, { parameters: { average: 'arithmetic' }, inputs: inputs as never });
    await expect(run({ labels, clusters })).rejects.toThrow('there are no images to score');
    await expect(run({ labels: { ...labels, values: new Int32Array(3) }, clusters })).rejects.toThrow(
      '0 assignments for 3 labels',
    );
  });
});

describe('properties', () => {
  test('bounds, and a perfect score for the same grouping', async () => {
    await fc.assert(
      fc.asyncProperty(labelings, async ([y, p]) => {
        const { acc, nmi, ari } = await score(y, p);
        expect(acc).toBeGreaterThan(0);
        expect(acc).toBeLessThanOrEqual(1);
        expect(nmi).toBeGreaterThanOrEqual(0);
        expect(nmi).toBeLessThanOrEqual(1);
        expect(ari).toBeGreaterThanOrEqual(-0.5 - 1e-12);
        expect(ari).toBeLessThanOrEqual(1 + 1e-12);
        const same = await score(y, y);
        expect(same.acc).toBe(1);
        expect(same.nmi).toBeCloseTo(1, 12);
        expect(same.ari).toBeCloseTo(1, 12);
      }),
    );
  });

  test('renaming clusters or classes changes no score', async () => {
    await fc.assert(
      fc.asyncProperty(labelings, fc.nat(), async ([y, p], seed) => {
        const random = new RandomStream(randomKey(seed));
        const [classes, clusters] = [random.permutation(5), random.permutation(6)];
        const before = await score(y, p);
        const after = await score(
          y.map((i) => classes[i]!),
          p.map((j) => clusters[j]!),
        );
        expect(after.acc).toBe(before.acc);
        expect(after.nmi).toBeCloseTo(before.nmi, 12);
        expect(after.ari).toBeCloseTo(before.ari, 12);
      }),
    );
  });

  test('NMI and ARI do not care which labeling is which', async () => {
    await fc.assert(
      fc.asyncProperty(labelings, async ([y, p]) => {
        const [one, other] = [await score(y, p), await score(p, y)];
        expect(one.nmi).toBeCloseTo(other.nmi, 12);
        expect(one.ari).toBeCloseTo(other.ari, 12);
      }),
    );
  });

  test('ARI is that of counting all pairs', async () => {
    await fc.assert(
      fc.asyncProperty(labelings, async ([y, p]) => {
        let [both, inY, inP, all] = [0, 0, 0, 0];
        for (let i = 0; i < y.length; i += 1) {
          for (let j = 0; j < i; j += 1) {
            all += 1;
            if (y[i] === y[j]) inY += 1;
            if (p[i] === p[j]) inP += 1;
            if (y[i] === y[j] && p[i] === p[j]) both += 1;
          }
        }
        const expected = (inY * inP) / all;
        const most = (inY + inP) / 2;
        fc.pre(all > 0 && Math.abs(most - expected) > 1e-9);
        expect((await score(y, p)).ari).toBeCloseTo((both - expected) / (most - expected), 9);
      }),
    );
  });

  test('the matching is the best of all bijections', () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })).chain(([rows, columns]) =>
          fc.array(fc.array(fc.nat(9), { minLength: columns, maxLength: columns }), {
            minLength: rows,
            maxLength: rows,
          }),
        ),
        (table) => {
          const [rows, columns] = [table.length, table[0]!.length];
          const size = Math.max(rows, columns);
          const best = Math.max(
            ...permutations(size).map((order) =>
              order.reduce((sum, klass, cluster) => sum + (table[klass]?.[cluster] ?? 0), 0),
            ),
          );
          const matching = bestMatching(table);
          const matched = matching.filter((klass) => klass >= 0);
          expect(new Set(matched).size).toBe(matched.length);
          const total = table.flat().reduce((sum, count) => sum + count, 0);
          fc.pre(total > 0);
          expect(accuracy(table, matching) * total).toBeCloseTo(best, 9);
        },
      ),
    );
  });
});

test('a thousand classes and clusters are matched within the time of a test, and rightly', () => {
  const random = new RandomStream(randomKey(0));
  const hidden = random.permutation(1000);
  // Each cluster holds 10 images of its class and up to 9 of each of three others: the hidden bijection is the best one.
  const table = Array.from({ length: 1000 }, () => new Array<number>(1000).fill(0));
  hidden.forEach((klass, cluster) => {
    for (let other = 0; other < 3; other += 1) table[random.integer(1000)]![cluster]! += random.integer(4);
    table[klass]![cluster] = 50;
  });
  expect(bestMatching(table)).toEqual([...hidden]);
});

describe('mean_std', () => {
  const one = (acc: number, nmi: number, ari: number): Scores => ({
    acc,
    nmi,
    ari,
    count: 4,
    contingency: [[4]],
    matching: [0],
    classes: ['a'],
  });
  const mean = async (each: readonly Scores[]) =>
    (await runStage(meanStd, { inputs: { each } })).outputs['scores'] as Scores;

  test('mean and sample deviation', async () => {
    const result = await mean([one(0.8, 0.5, 0.1), one(0.9, 0.5, 0.3), one(1, 0.5, 0.2)]);
    expect(result.acc).toBeCloseTo(0.9, 12);
    expect(result.ari).toBeCloseTo(0.2, 12);
    expect(result.runs).toBe(3);
    expect(result.deviation!.acc).toBeCloseTo(0.1, 12);
    expect(result.deviation!.nmi).toBe(0);
    expect(result.deviation!.ari).toBeCloseTo(0.1, 12);
  });

  test('one run is its own mean, without a deviation', async () => {
    expect(await mean([one(0.8, 0.5, 0.1)])).toEqual({ ...one(0.8, 0.5, 0.1), runs: 1 });
  });

  test('no run is refused', async () => {
    await expect(mean([])).rejects.toThrow('mean_std: the list of scores is empty');
  });
});
