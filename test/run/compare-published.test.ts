import { describe, expect, test } from 'vitest';
import { comparePublished } from '../../src/run/compare-published.ts';
import { graphOf } from '../check/compile-text.ts';

const program = (published: string): string => `pipeline p(x: Float = 0.8, n: Int = 3, seeds: [Int] = [0]) {
  output accuracy = x * n / n
  output some = [x, 0.1 * n]
  output count = seeds[0]
}
profile paper for p { n: 10 }
profile smoke for p { n: 1 }
${published}`;

function verdicts(published: string, options: Parameters<typeof graphOf>[1] = {}): readonly string[] {
  const graph = graphOf(program(published), options);
  const outputs = Object.fromEntries(graph.outputs.map(({ name, value }) => [name, plain(value)]));
  return comparePublished(graph.published ?? [], graph.parameters, outputs).map(({ verdict, why }) =>
    why === undefined ? verdict : `${verdict}: ${why}`,
  );
}

const plain = (value: ReturnType<typeof graphOf>['outputs'][number]['value']): unknown =>
  value.kind === 'value' ? value.value : value.kind === 'list' ? value.items.map(plain) : undefined;

describe('a published number', () => {
  test('holds up to its bound, and misses beyond', () => {
    const published = `published "A" for p {
      accuracy: 0.83 within 0.03, accuracy: 0.83 within 0.03, some[0]: 0.9 at least 0.8, some[1]: 0.2 at most 0.3
    }`;
    expect(verdicts(published.replace('accuracy: 0.83 within 0.03, ', ''))).toEqual(['holds', 'holds', 'holds']);
    expect(
      verdicts(
        'published "A" for p { accuracy: 0.83 within 0.02, some[0]: 0.9 at least 0.81, some[1]: 0.2 at most 0.29 }',
      ),
    ).toEqual(['misses', 'misses', 'misses']);
  });

  test('says nothing of a run with other values than those that its profile, or any profile, sets', () => {
    const plainly = 'published "A" for p { accuracy: 0.8 within 0.1 }';
    const paper = 'published "A" for p under paper { accuracy: 0.8 within 0.1 }';
    expect(verdicts(plainly, { profile: 'smoke' })).toEqual(['not comparable: n is 1, not 3']);
    expect(verdicts(plainly, { set: ['n=4'] })).toEqual(['not comparable: n is 4, not 3']);
    expect(verdicts(paper)).toEqual(['not comparable: n is 3, not 10 (profile paper)']);
    expect(verdicts(paper, { profile: 'smoke' })).toEqual(['not comparable: n is 1, not 10 (profile paper)']);
  });

  test('is compared wherever the values are right, however they were given; seeds are free', () => {
    const paper = 'published "A" for p under paper { accuracy: 0.8 within 0.1 }';
    expect(verdicts(paper, { profile: 'paper' })).toEqual(['holds']);
    expect(verdicts(paper, { set: ['n=10', 'seeds=[4, 5]'] })).toEqual(['holds']);
    expect(verdicts(paper, { profile: 'paper', set: ['n=9'] })).toEqual([
      'not comparable: n is 9, not 10 (profile paper)',
    ]);
  });

  test('is compared in each cell of a sweep with that cell', () => {
    const paper = 'published "A" for p under paper { accuracy: 0.8 within 0.1 }';
    expect(verdicts(paper, { set: ['n=10,3', 'x=0.8,0.1'] })).toEqual([
      'holds',
      'misses',
      'not comparable: n is 3, not 10 (profile paper)',
      'not comparable: n is 3, not 10 (profile paper)',
    ]);
  });

  test('of an output that a failed step left out has no value', () => {
    const graph = graphOf(program('published "A" for p { accuracy: 0.8 within 0.1 }'));
    expect(comparePublished(graph.published!, graph.parameters, {})).toMatchObject([{ verdict: 'no value' }]);
  });

  test('of scores and tables is found by measure, row and column, with its runs', () => {
    const target = {
      source: 'A',
      name: 'x',
      paper: 0.8,
      judgement: { kind: 'within', value: 0.1 },
      under: null,
      conditions: [],
    } as const;
    const scores = { acc: 0.75, nmi: 0.5, ari: 0.4, runs: 3, deviation: { acc: 0.01, nmi: 0.02, ari: 0.03 } };
    const table = {
      columns: ['ACC', 'NMI'],
      rows: [
        {
          name: 'IDFD',
          cells: [
            { mean: 0.1, runs: 1 },
            { mean: 0.75, runs: 3, deviation: 0.02 },
          ],
        },
      ],
    };
    expect(
      comparePublished(
        [
          { ...target, output: 'scores', path: ['acc'] },
          { ...target, output: 'all', path: [1, 'nmi'] },
          { ...target, output: 'table', path: ['IDFD', 'NMI'] },
          { ...target, output: 'table', path: ['IDFD', 'ARI'] },
        ],
        [],
        { scores, table, all: [scores, scores] },
      ),
    ).toMatchObject([
      { ours: 0.75, runs: 3, deviation: 0.01, verdict: 'holds' },
      { ours: 0.5, deviation: 0.02, verdict: 'misses' },
      { ours: 0.75, runs: 3, deviation: 0.02, verdict: 'holds' },
      { verdict: 'no value' },
    ]);
  });
});
