import { expect, it } from 'vitest';
import { cellSteps, stepsBehind } from '../../src/run/steps-behind.ts';
import { graphOf } from '../check/compile-text.ts';

const graph = graphOf(`import { glyphs } from "std/datasets"
import { idfd } from "std/representation"
import { kmeans } from "std/clustering"
import { scores, mean_std, table } from "std/metrics"
pipeline p(seeds: [Int] = [0, 1]) {
  digits = glyphs(count: 300)
  runs = for s in seeds {
    learned = idfd(digits.images, seed: s)
    yield scores(kmeans(learned.features, k: 10), digits.labels)
  }
  mean = mean_std(runs)
  shown = table([[mean], [runs[1]]], rows: ["both", "one"])
  output runs = runs
  output mean = mean
  output table = shown
  output share = 0.5
}`);

const cell = (steps: readonly string[]) => ({ mean: 0.5, runs: steps.length, steps });
const both = ['runs[s=0]', 'runs[s=1]'];
const outputs = {
  table: {
    columns: ['ACC', 'NMI'],
    rows: [
      { name: 'both', cells: [cell(both), cell(both)] },
      { name: 'one', cells: [cell(['runs[s=1]']), cell(['runs[s=1]'])] },
    ],
  },
};

const behind = (output: string, ...path: readonly (string | number)[]): readonly string[] =>
  stepsBehind(
    graph,
    {
      ...{ source: 'A', name: output, output, path, paper: 0.5, judgement: { kind: 'within', value: 1 } },
      ...{ under: null, conditions: [] },
    },
    outputs,
  );

it('are the steps that scored, whatever took a mean of them or put them in a table', () => {
  expect(behind('runs', 1, 'acc')).toEqual(['runs[s=1]']);
  expect(behind('mean', 'acc')).toEqual(both);
  expect(behind('table', 'both', 'NMI')).toEqual(both);
  expect(behind('table', 'one', 'ACC')).toEqual(['runs[s=1]']);
});

it('are none of a number that no step gave, or that is not there', () => {
  expect(behind('share')).toEqual([]);
  expect(behind('runs', 7, 'acc')).toEqual([]);
  expect(behind('table', 'neither', 'ACC')).toEqual([]);
  expect(behind('nothing', 'acc')).toEqual([]);
});

it('are known of each cell of a table', () => {
  expect(cellSteps(graph, 'shown')).toEqual([[both], [['runs[s=1]']]]);
});
