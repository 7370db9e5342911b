// The weighted vote of nearest neighbours: against all pairs, one by one, and what it refuses.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Features, Labels, Scores } from '../../../src/artifacts/artifact.ts';
import { randomKey, RandomStream } from '../../../src/random/random.ts';
import { weightedKnn, type WeightedKnnParameters } from '../../../src/stages/evaluate/weighted-knn.ts';
import { runStage } from '../run-stage.ts';
import { labelledSets, labelsOf } from './labelled-rows.ts';

const sets = labelledSets(1);
type Sets = typeof sets;
const run = (changed: Partial<WeightedKnnParameters> = {}, inputs: Partial<Sets> = {}) =>
  runStage(weightedKnn, { parameters: { neighbours: 20, sigma: 0.1, ...changed }, inputs: { ...sets, ...inputs } });
const scoresOf = async (...given: Parameters<typeof run>): Promise<Scores> =>
  (await run(...given)).outputs['scores'] as Scores;

const rowOf = ({ dimension, data }: Features, row: number): number[] => [
  ...data.subarray(row * dimension, (row + 1) * dimension),
];

/** The definition: all cosines sorted, the first k vote. Returns the classes, and how clear the closest vote was. */
function slowly({ train, train_labels, test }: Sets, { neighbours, sigma }: WeightedKnnParameters) {
  const cosine = (a: number[], b: number[]): number =>
    a.reduce((sum, value, d) => sum + value * b[d]!, 0) / (Math.hypot(...a) * Math.hypot(...b));
  let closest = Infinity;
  const found = Array.from({ length: test.count }, (_, row) => {
    const x = rowOf(test, row);
    const all = Array.from({ length: train.count }, (_, other) => ({ other, like: cosine(x, rowOf(train, other)) }));
    const sorted = all.sort((a, b) => b.like - a.like || a.other - b.other);
    const votes = train_labels.names.map(() => 0);
    for (const { other, like } of sorted.slice(0, neighbours))
      votes[train_labels.values[other]!]! += Math.exp(like / sigma);
    const ranked = [...votes].sort((a, b) => b - a);
    closest = Math.min(
      closest,
      (ranked[0]! - ranked[1]!) / ranked[0]!,
      (sorted[neighbours - 1]?.like ?? 1) - (sorted[neighbours]?.like ?? -1),
    );
    return votes.indexOf(Math.max(...votes));
  });
  return { found, closest };
}

/** counts[class][found] */
const countsOf = (found: readonly number[], { values, names }: Labels): number[][] =>
  names.map((_, klass) =>
    names.map((_, other) => found.filter((one, row) => one === other && values[row] === klass).length),
  );

describe('weighted_knn', () => {
  test.each([
    { neighbours: 1, sigma: 0.1 },
    { neighbours: 20, sigma: 0.1 },
    { neighbours: 300, sigma: 0.03 },
    { neighbours: 120, sigma: 5 },
  ])('finds what the definition finds: %o', async (parameters) => {
    const { found, closest } = slowly(sets, parameters);
    expect(closest).toBeGreaterThan(1e-6);
    const scores = await scoresOf(parameters);
    expect(scores.contingency).toEqual(countsOf(found, sets.test_labels));
    const right = found.filter((klass, row) => klass === sets.test_labels.values[row]).length;
    expect(scores.acc).toBe(right / 150);
    expect(right).toBeGreaterThan(60);
    expect(right).toBeLessThan(150);
  });

  test('on small sets of any kind', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(1000),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 5 }),
        async (seed, k, dimension) => {
          const random = new RandomStream(randomKey(seed, 'knn'));
          const rows = (count: number): Features => ({
            ...{ count, dimension },
            data: Float32Array.from({ length: count * dimension }, () => random.normal()),
          });
          const labels = (count: number): Labels =>
            labelsOf(Int32Array.from({ length: count }, (_, row) => (row < 2 ? row : random.integer(4))));
          const small = { train: rows(12), train_labels: labels(12), test: rows(7), test_labels: labels(7) };
          const parameters = { neighbours: k, sigma: 0.3 };
          const { found, closest } = slowly(small, parameters);
          // Directions in one dimension are all the same or opposite: equal votes are no defect.
          fc.pre(closest > 1e-6);
          expect((await scoresOf(parameters, small)).contingency).toEqual(countsOf(found, small.test_labels));
        },
      ),
      { numRuns: 40 },
    );
  });

  test('lengths of rows do not matter, and a tiny sigma does not overflow', async () => {
    const long = { ...sets.train, data: sets.train.data.map((value, at) => value * (1 + (Math.floor(at / 6) % 7))) };
    expect((await scoresOf({}, { train: long })).contingency).toEqual((await scoresOf()).contingency);
    // Only the nearest counts.
    expect((await scoresOf({ sigma: 1e-6 })).contingency).toEqual((await scoresOf({ neighbours: 1 })).contingency);
  });

  test.each<readonly [string, Partial<WeightedKnnParameters>, Partial<Sets>]>([
    ['neighbours is 301, and train has 300 rows', { neighbours: 301 }, {}],
    ['3 labels for the 300 features of train', {}, { train_labels: labelsOf([0, 1, 2]) }],
    [
      'there are 4 classes in train_labels and 3 in test_labels',
      {},
      {
        test_labels: labelsOf(
          sets.test_labels.values.map((value) => value % 3),
          ['0', '1', '2'],
        ),
      },
    ],
    ['all rows of train are of the class "1"', {}, { train_labels: labelsOf(sets.train_labels.values.map(() => 1)) }],
    [
      'row 3 of test is all zeros',
      {},
      { test: { ...sets.test, data: sets.test.data.map((value, at) => (Math.floor(at / 6) === 3 ? 0 : value)) } },
    ],
    [
      'the features of train hold NaN at row 1',
      {},
      { train: { ...sets.train, data: sets.train.data.map((value, at) => (at === 8 ? NaN : value)) } },
    ],
  ])('refuses: %s', async (message, changed, inputs) => {
    await expect(run(changed, inputs)).rejects.toThrow(`weighted_knn: ${message}`);
  });
});
