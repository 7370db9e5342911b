import { describe, expect, test } from 'vitest';
import type { Clusters, Images, Labels, Scores, Table } from '../../../src/artifacts/artifact.ts';
import { concat, concatLabels } from '../../../src/stages/data/concat.ts';
import { bestBy } from '../../../src/stages/evaluate/best-by.ts';
import { table } from '../../../src/stages/evaluate/table.ts';
import { runStage } from '../run-stage.ts';

const scores = (acc: number, nmi: number, rest: Partial<Scores> = {}): Scores => ({
  ...{ acc, nmi, ari: 0, count: 4, contingency: [[4]], matching: [0], classes: ['a'] },
  ...rest,
});

describe('table', () => {
  const all = { rows: ['IDFD', 'cIDFD'], columns: ['Digits'], measures: ['acc', 'nmi'] };
  const of = async (parameters: object, each: readonly (readonly Scores[])[]): Promise<Table> =>
    (await runStage(table, { parameters: { ...all, ...parameters }, inputs: { scores: each } })).outputs[
      'table'
    ] as Table;
  const deviation = { acc: 0.1, nmi: 0.2, ari: 0.3 };

  test('a row a method, a column a data set and measure, with deviation and runs where a mean was taken', async () => {
    expect(await of({}, [[scores(0.3, 0.2)], [scores(0.8, 0.7, { runs: 3, deviation })]])).toEqual({
      columns: ['Digits ACC', 'Digits NMI'],
      rows: [
        {
          name: 'IDFD',
          cells: [
            { mean: 0.3, runs: 1 },
            { mean: 0.2, runs: 1 },
          ],
        },
        {
          name: 'cIDFD',
          cells: [
            { mean: 0.8, runs: 3, deviation: 0.1 },
            { mean: 0.7, runs: 3, deviation: 0.2 },
          ],
        },
      ],
    });
  });

  test('one measure leaves the columns their names, no names leave the measure', async () => {
    const each = [[scores(0.3, 0.2)], [scores(0.8, 0.7)]];
    expect((await of({ measures: ['nmi'] }, each)).columns).toEqual(['Digits']);
    expect((await of({ measures: ['nmi'], columns: [''] }, each)).columns).toEqual(['NMI']);
  });

  test('names that do not fit the scores are refused', async () => {
    await expect(of({}, [[scores(0.3, 0.2)]])).rejects.toThrow('table: 1 rows of scores for 2 names in rows');
    await expect(of({}, [[scores(0, 0)], []])).rejects.toThrow('table: a row of 0 scores for 1 names in columns');
  });
});

describe('best_by', () => {
  const clusters = (inertia: number): Clusters => ({
    k: 1,
    assignments: Int32Array.of(0),
    centres: new Float32Array(1),
    inertia,
  });
  const best = async (measure: string, each: readonly Scores[]) =>
    (
      await runStage(bestBy, {
        parameters: { measure },
        inputs: { scores: each, clusters: each.map((_, at) => clusters(at)) },
      })
    ).outputs;

  test('the run with the highest measure, the first of equals', async () => {
    const each = [scores(0.5, 0.1), scores(0.7, 0.3), scores(0.7, 0.9)];
    expect(await best('acc', each)).toEqual({ scores: each[1], clusters: clusters(1) });
    expect(await best('nmi', each)).toEqual({ scores: each[2], clusters: clusters(2) });
  });

  test('no run is refused', async () => {
    await expect(best('acc', [])).rejects.toThrow('best_by: the list of scores is empty');
  });
});

describe('concat', () => {
  const images = (count: number, fill: number, height = 2): Images => ({
    ...{ count, height, width: 2, channels: 1 },
    data: new Uint8Array(count * height * 2).fill(fill),
  });
  const labels = (values: readonly number[], names = ['a', 'b']): Labels => ({
    values: Int32Array.from(values),
    names,
  });

  test('one after the other', async () => {
    const { outputs } = await runStage(concat, { inputs: { parts: [images(2, 1), images(1, 9)] } });
    expect(outputs['images']).toEqual({ ...images(3, 1), data: Uint8Array.of(1, 1, 1, 1, 1, 1, 1, 1, 9, 9, 9, 9) });
    const joined = await runStage(concatLabels, { inputs: { parts: [labels([1]), labels([0, 1])] } });
    expect(joined.outputs['labels']).toEqual(labels([1, 0, 1]));
  });

  test('other shapes, other classes and an empty list are refused', async () => {
    await expect(runStage(concat, { inputs: { parts: [images(1, 1), images(1, 1, 3)] } })).rejects.toThrow(
      'concat: images of 3×2×1 after images of 2×2×1',
    );
    await expect(runStage(concatLabels, { inputs: { parts: [labels([0]), labels([0], ['c'])] } })).rejects.toThrow(
      'concat_labels: classes c after classes a, b',
    );
    await expect(runStage(concat, { inputs: { parts: [] } })).rejects.toThrow('concat: the list is empty');
  });
});
