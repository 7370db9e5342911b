// Table VII of the CDC paper: against all pairs, one by one; parts of vectors; tables side by side; what is refused.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Features, Table } from '../../../src/artifacts/artifact.ts';
import { randomKey, RandomStream } from '../../../src/random/random.ts';
import { sideBySide } from '../../../src/stages/evaluate/side-by-side.ts';
import {
  similarityStatistics,
  type SimilarityStatisticsInputs,
  type SimilarityStatisticsParameters,
} from '../../../src/stages/evaluate/similarity-statistics.ts';
import { runStage } from '../run-stage.ts';
import { labelsOf } from './labelled-rows.ts';

const random = new RandomStream(randomKey(5, 'statistics'));
const rows = (count: number, dimension: number, from = random): Features => ({
  ...{ count, dimension },
  data: Float32Array.from({ length: count * dimension }, () => 0.4 + from.normal()),
});
const inputs: SimilarityStatisticsInputs = {
  ...{ features: rows(80, 6), first: rows(30, 6), second: rows(30, 6) },
  labels: labelsOf(Int32Array.from({ length: 80 }, (_, row) => (row * row) % 4)),
};
const run = (
  parameters: Partial<SimilarityStatisticsParameters> = {},
  changed: Partial<SimilarityStatisticsInputs> = {},
) =>
  runStage(similarityStatistics, {
    parameters: { parts: [], columns: ['z'], ...parameters },
    inputs: { ...inputs, ...changed },
  });
const tableOf = async (...given: Parameters<typeof run>): Promise<Table> =>
  (await run(...given)).outputs['table'] as Table;

/** Mean and sample deviation of cosines, pair by pair. */
function slowly({ features, labels, first, second }: SimilarityStatisticsInputs, from = 0, to = features.dimension) {
  const part = ({ dimension, data }: Features, row: number): number[] => [
    ...data.subarray(row * dimension + from, row * dimension + to),
  ];
  const cosine = (a: number[], b: number[]): number =>
    a.reduce((sum, value, d) => sum + value * b[d]!, 0) / (Math.hypot(...a) * Math.hypot(...b));
  const augmented = Array.from({ length: first.count }, (_, row) => cosine(part(first, row), part(second, row)));
  const [same, different]: [number[], number[]] = [[], []];
  for (let i = 0; i < features.count; i += 1)
    for (let j = 0; j < i; j += 1)
      (labels.values[i] === labels.values[j] ? same : different).push(cosine(part(features, i), part(features, j)));
  return [augmented, same, different].map((values) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return { mean, deviation: values.length < 2 ? undefined : Math.sqrt(squares / (values.length - 1)) };
  });
}

function expectColumn(table: Table, column: number, expected: ReturnType<typeof slowly>): void {
  expect(table.rows.map(({ name }) => name)).toEqual(['Augmented', 'Same', 'Different']);
  expected.forEach(({ mean, deviation }, row) => {
    const cell = table.rows[row]!.cells[column]!;
    expect(cell.runs).toBe(1);
    expect(cell.mean).toBeCloseTo(mean, 6);
    if (deviation === undefined) expect(cell.deviation).toBeUndefined();
    else expect(cell.deviation).toBeCloseTo(deviation, 5);
  });
}

describe('similarity_statistics', () => {
  test('are those of all pairs', async () => {
    const table = await tableOf();
    expect(table.columns).toEqual(['z']);
    expectColumn(table, 0, slowly(inputs));
  });

  test('of each part of a vector by itself', async () => {
    const table = await tableOf({ parts: [2, 4], columns: ['z_c', 'z_n'] });
    expect(table.columns).toEqual(['z_c', 'z_n']);
    expectColumn(table, 0, slowly(inputs, 0, 2));
    expectColumn(table, 1, slowly(inputs, 2, 6));
  });

  test('of any rows with any labels', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(1000),
        fc.integer({ min: 3, max: 40 }),
        fc.integer({ min: 1, max: 9 }),
        async (seed, count, d) => {
          const from = new RandomStream(randomKey(seed));
          const views = 1 + from.integer(4);
          const given = {
            ...{ features: rows(count, d, from), first: rows(views, d, from), second: rows(views, d, from) },
            // Two of one class and one of another at least.
            labels: labelsOf(Int32Array.from({ length: count }, (_, row) => (row < 3 ? row >> 1 : from.integer(4)))),
          };
          expectColumn(await tableOf({}, given), 0, slowly(given));
        },
      ),
      { numRuns: 40 },
    );
  });

  test('rows of a class that are all one direction: one, without deviation from it', async () => {
    const labels = labelsOf([0, 0, 0, 1, 1]);
    const features = { count: 5, dimension: 2, data: Float32Array.of(1, 0, 3, 0, 0.1, 0, 0, 1, 0, 7) };
    const views = { count: 1, dimension: 2, data: Float32Array.of(3, 4) };
    const { rows: found } = await tableOf({}, { features, labels, first: views, second: views });
    expect(found.map(({ cells }) => cells[0])).toEqual([
      { mean: expect.closeTo(1, 6) as number, runs: 1 },
      { mean: 1, runs: 1, deviation: 0 },
      { mean: 0, runs: 1, deviation: 0 },
    ]);
  });

  const short = (dimension: number): Features => ({ count: 30, dimension, data: new Float32Array(30 * dimension) });
  test.each<readonly [string, Partial<SimilarityStatisticsParameters>, Partial<SimilarityStatisticsInputs>]>([
    ['3 labels for 80 features', {}, { labels: labelsOf([0, 1, 2]) }],
    ['30 rows in first and 29 in second', {}, { second: { ...rows(29, 6) } }],
    ['features have length 6, those of second 5', {}, { second: short(5) }],
    ['no two rows are of the same class', {}, { features: rows(4, 6), labels: labelsOf([0, 1, 2, 3]) }],
    ['all rows are of one class', {}, { labels: labelsOf(new Int32Array(80)) }],
    ['label 1 is 4, and there are 4 classes', {}, { features: rows(2, 6), labels: labelsOf([0, 4]) }],
    [
      'row 7 of features is not finite',
      {},
      { features: { ...inputs.features, data: inputs.features.data.map((value, at) => (at === 44 ? NaN : value)) } },
    ],
    ['the parts 2 + 3 are 5 columns, and a feature vector has 6', { parts: [2, 3], columns: ['a', 'b'] }, {}],
    ['1 names in columns for 2 parts', { parts: [2, 4] }, {}],
    ['first and second have no rows', {}, { first: rows(0, 6), second: rows(0, 6) }],
  ])('refuses: %s', async (message, parameters, changed) => {
    await expect(run(parameters, changed)).rejects.toThrow(`similarity_statistics: ${message}`);
  });
});

describe('side_by_side', () => {
  const made = (columns: readonly string[], names: readonly string[], mean: number): Table => ({
    columns,
    rows: names.map((name) => ({ name, cells: columns.map(() => ({ mean, runs: 1 })) })),
  });
  const of = async (tables: readonly Table[]): Promise<Table> =>
    (await runStage(sideBySide, { inputs: { tables } })).outputs['table'] as Table;

  test('puts the columns of each behind those of the one before', async () => {
    const { columns, rows: found } = await of([made(['a', 'b'], ['x', 'y'], 1), made(['c'], ['x', 'y'], 2)]);
    expect(columns).toEqual(['a', 'b', 'c']);
    expect(found.map(({ name, cells }) => [name, ...cells.map(({ mean }) => mean)])).toEqual([
      ['x', 1, 1, 2],
      ['y', 1, 1, 2],
    ]);
  });

  test('refuses other rows, columns of one name, and no tables', async () => {
    const one = made(['a'], ['x', 'y'], 1);
    await expect(of([one, made(['b'], ['y', 'x'], 1)])).rejects.toThrow('the rows of table 1 are "y", "x"');
    await expect(of([one, one])).rejects.toThrow('two columns are called "a"');
    await expect(of([])).rejects.toThrow('the list of tables is empty');
  });
});
