// Linear evaluation as a stage: what it finds, that chance is chance, what it refuses, and that its scores go where scores go.
import { describe, expect, test } from 'vitest';
import type { Features, Labels, Scores, Table } from '../../../src/artifacts/artifact.ts';
import { randomKey, RandomStream } from '../../../src/random/random.ts';
import { linearEvaluation, type LinearEvaluationParameters } from '../../../src/stages/evaluate/linear-evaluation.ts';
import { meanStd } from '../../../src/stages/evaluate/mean-std.ts';
import { table } from '../../../src/stages/evaluate/table.ts';
import type { StageContext } from '../../../src/stage/stage.ts';
import { runStage, stageContext } from '../run-stage.ts';
import { labelledSets, labelsOf } from './labelled-rows.ts';

const parameters: LinearEvaluationParameters = {
  ...{ epochs: 20, batch: 64, learning_rate: 1, momentum: 0.9, weight_decay: 0, schedule: 'cosine', seed: 0 },
};
const sets = labelledSets();
type Sets = typeof sets;
const run = (changed: Partial<LinearEvaluationParameters> = {}, inputs: Partial<Sets> = {}) =>
  runStage(linearEvaluation, { parameters: { ...parameters, ...changed }, inputs: { ...sets, ...inputs } });
const scoresOf = async (...given: Parameters<typeof run>): Promise<Scores> =>
  (await run(...given)).outputs['scores'] as Scores;

describe('linear_evaluation', () => {
  test.each(['cosine', 'multistep', 'constant'] as const)('finds the classes of other rows: %s', async (schedule) => {
    const scores = await scoresOf({ schedule });
    expect(scores.acc).toBeGreaterThan(0.97);
    expect(scores.count).toBe(150);
    expect(scores.matching).toEqual([0, 1, 2, 3]);
  });

  test('scores by the names of the classes: nothing is matched', async () => {
    // Of the tested rows every class is called by the next one's name.
    const turned = labelsOf(sets.test_labels.values.map((value) => (value + 1) % 4));
    const [right, wrong] = [await scoresOf(), await scoresOf({}, { test_labels: turned })];
    expect(wrong.acc).toBeLessThan(0.03);
    expect(wrong.nmi).toBeCloseTo(right.nmi, 12);
    const [at, all] = [right.contingency.map((row, klass) => row[klass]!), right.contingency.flat()];
    const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b);
    expect(right.acc).toBe(sum(at) / sum(all));
  });

  test('labels that have nothing to do with the features are found by chance', async () => {
    const random = new RandomStream(randomKey(4));
    const drawn = (count: number): Labels => labelsOf(Int32Array.from({ length: count }, () => random.integer(4)));
    const { acc } = await scoresOf({}, { train_labels: drawn(300), test_labels: drawn(150) });
    // 0.25 with a deviation of 0.035.
    expect(acc).toBeGreaterThan(0.1);
    expect(acc).toBeLessThan(0.4);
  });

  test('the same seed gives the same scores, and the default settings suit rows of length one', async () => {
    const unit = ({ count, dimension, data }: Features): Features => ({
      ...{ count, dimension },
      data: data.map((value, at) => {
        const from = dimension * Math.floor(at / dimension);
        return value / Math.hypot(...data.subarray(from, from + dimension));
      }),
    });
    const inputs = { train: unit(sets.train), test: unit(sets.test) };
    const standard = { epochs: 100, batch: 512, learning_rate: 30 };
    const scores = await scoresOf(standard, inputs);
    expect(scores.acc).toBeGreaterThan(0.97);
    expect(await scoresOf(standard, inputs)).toEqual(scores);
  });

  test('stopped between two steps and continued from its checkpoint, it gives the same scores', async () => {
    const controller = new AbortController();
    let stored: Uint8Array | undefined;
    let asked = 0;
    const checkpoints: StageContext<unknown>['checkpoints'] = {
      load: async () => stored,
      save: async (bytes) => {
        stored = Buffer.concat(bytes instanceof Uint8Array ? [bytes] : [...bytes]);
      },
      due() {
        asked += 1;
        if (asked === 30) controller.abort(new Error('stopped'));
        return asked === 30;
      },
    };
    const attempt = (signal: AbortSignal) =>
      linearEvaluation.run({
        ...stageContext<never, never>({ parameters: { ...parameters }, inputs: sets, signal }),
        checkpoints,
      });
    await expect(attempt(controller.signal)).rejects.toThrow('stopped');
    expect(stored).toBeDefined();
    const { scores } = await attempt(new AbortController().signal);
    expect(scores).toEqual(await scoresOf());
    // 20 epochs of 4 steps: 50 were left, and the last is not asked for.
    expect(asked).toBe(30 + 49);
  });

  test('its scores are averaged and stand in a table beside others', async () => {
    const each = [await scoresOf({ seed: 1 }), await scoresOf({ seed: 2 })];
    const mean = (await runStage(meanStd, { inputs: { each } })).outputs['scores'] as Scores;
    const made = await runStage(table, {
      parameters: { rows: ['linear'], columns: ['CIFAR-10'], measures: ['acc'] },
      inputs: { scores: [[mean]] },
    });
    const { columns, rows } = made.outputs['table'] as Table;
    expect(columns).toEqual(['CIFAR-10']);
    expect(rows[0]!.cells[0]).toMatchObject({ mean: (each[0]!.acc + each[1]!.acc) / 2, runs: 2 });
  });

  test('classes that only the tested rows have are told', async () => {
    const train_labels = labelsOf(sets.train_labels.values.map((value) => value % 3));
    expect((await run({ epochs: 1 }, { train_labels })).warnings).toEqual([
      'linear_evaluation: no row of train is of the class "3", so those of test cannot be right',
    ]);
    expect((await run({ epochs: 1 })).warnings).toEqual([]);
  });

  const damaged = (features: Features, at: number, value: number): Features => {
    const data = features.data.slice();
    data[at] = value;
    return { ...features, data };
  };
  test.each<readonly [string, Partial<Sets>]>([
    ['3 labels for the 300 features of train', { train_labels: labelsOf([0, 1, 2]) }],
    ['3 labels for the 150 features of test', { test_labels: labelsOf([0, 1, 2]) }],
    ['train has no rows', { train: { count: 0, dimension: 6, data: new Float32Array(0) }, train_labels: labelsOf([]) }],
    ['test has no rows', { test: { count: 0, dimension: 6, data: new Float32Array(0) }, test_labels: labelsOf([]) }],
    [
      'the features of train have length 6, those of test 3',
      { test: { count: 150, dimension: 3, data: new Float32Array(450) } },
    ],
    [
      'there are 4 classes in train_labels and 5 in test_labels',
      { test_labels: labelsOf(sets.test_labels.values, ['0', '1', '2', '3', '4']) },
    ],
    [
      'class 2 is "2" in train_labels and "two" in test_labels',
      { test_labels: labelsOf(sets.test_labels.values, ['0', '1', 'two', '3']) },
    ],
    ['all rows of train are of the class "3"', { train_labels: labelsOf(sets.train_labels.values.map(() => 3)) }],
    [
      'label 7 of test is 9, and there are 4 classes',
      { test_labels: labelsOf(sets.test_labels.values.map((value, at) => (at === 7 ? 9 : value))) },
    ],
    ['the features of train hold NaN at row 2', { train: damaged(sets.train, 13, NaN) }],
    ['the features of test hold Infinity at row 149', { test: damaged(sets.test, 899, Infinity) }],
  ])('refuses: %s', async (message, inputs) => {
    await expect(run({}, inputs)).rejects.toThrow(`linear_evaluation: ${message}`);
  });
});
