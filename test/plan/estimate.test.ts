// What a plan says of time, memory and disk, from samples made by hand.
import { describe, expect, test } from 'vitest';
import { estimateSteps, totalsOf, type Sample } from '../../src/plan/estimate.ts';
import type { DecidedStep } from '../../src/plan/plan.ts';
import { shapeOf, storedBytes } from '../../src/plan/shapes.ts';
import { criticalPath } from '../../src/dag/critical-path.ts';
import { digraph } from '../../src/dag/digraph.ts';
import type { Step, TypedGraph } from '../../src/graph/typed-graph.ts';
import type { StageFacts } from '../../src/stage/stage.ts';
import { registry } from '../../src/stages/registry.ts';

const facts = (name: string, more: Partial<StageFacts> = {}): [string, StageFacts] => [
  name,
  { name, version: 1, usesEngine: false, readsProvenance: false, ...more },
];
const stages = new Map([
  facts('train', {
    usesEngine: true,
    work: ({ parameters }) => Number(parameters['epochs']),
    memory: ({ inputs }) => inputs['images']?.[0]?.dimensions[0] ?? NaN,
  }),
  facts('draw'),
]);

function step(id: string, stage: string, parameters: Step['parameters'], inputs: Step['inputs'], type: string): Step {
  const outputs = [{ name: 'out', kind: type.replace(/<.*/, ''), type }];
  return { id, stage, parameters, inputs, outputs, annotations: {}, span: { file: 'a', start: 0, end: 0 } };
}
const from = (name: string) => ({ kind: 'output', step: name, output: 'out' }) as const;
const graph = {
  pipeline: { name: 'p', doc: '', file: 'a', source: '' },
  parameters: [],
  outputs: [],
  steps: [
    step('digits', 'draw', {}, {}, 'Images<10, 4, 4, 1>'),
    step('keep', 'train', { epochs: 6, seed: 1 }, { images: from('digits') }, 'Features<10, 8>'),
    step('other', 'draw', {}, { x: from('keep') }, 'Page'),
  ],
} as const satisfies TypedGraph;
const sample = (
  stage: string,
  parameters: Sample['parameters'],
  seconds: number,
  engine: string | null = null,
): Sample => ({
  ...{ stage, parameters, seconds, engine },
  outputs: { out: { type: 'Features<10, 8>', bytes: 400 } },
});
const estimate = (own: readonly [string, Sample][], others: readonly Sample[] = []) =>
  estimateSteps(graph, stages, 'cpu', new Map(own), others);

describe('a step', () => {
  test('takes what it took, in proportion to its work', () => {
    const keep = estimate([['keep', sample('train', { epochs: 6, seed: 0 }, 30, 'cpu')]]).get('keep');
    expect(keep).toEqual({ seconds: 30, basis: 'this step', memory: 10, bytes: 400 });
    const scaled = estimate([['keep', sample('train', { epochs: 2, seed: 0 }, 30, 'cpu')]]).get('keep');
    expect(scaled).toMatchObject({ seconds: 90, basis: 'this step, scaled' });
  });

  test('that never ran takes what the likest of its stage took, on the same engine', () => {
    const others = [
      sample('train', { epochs: 3, seed: 0 }, 5, 'cpu'),
      sample('train', { epochs: 3, seed: 1 }, 7, 'cpu'),
      sample('train', { epochs: 6, seed: 1 }, 1, 'webgpu'),
    ];
    expect(estimate([], others).get('keep')).toMatchObject({ seconds: 14, basis: 'a like step, scaled' });
  });

  test('of which nothing is known has sizes alone', () => {
    expect(estimate([]).get('keep')).toEqual({ seconds: undefined, basis: undefined, memory: 10, bytes: 320 });
    expect(estimate([]).get('other')).toEqual({
      seconds: undefined,
      basis: undefined,
      memory: undefined,
      bytes: undefined,
    });
  });

  test('that was of another stage is not taken for itself', () => {
    expect(estimate([['keep', sample('draw', {}, 99)]]).get('keep')!.seconds).toBeUndefined();
  });
});

test('totals: what runs, the longest way, what depends, what is not known', () => {
  const estimates = estimate([
    ['digits', sample('draw', {}, 4)],
    ['keep', sample('train', { epochs: 6, seed: 1 }, 30, 'cpu')],
  ]);
  const decided = (verdicts: readonly DecidedStep['verdict'][]): readonly DecidedStep[] =>
    graph.steps.map((one, index) => ({ step: one, verdict: verdicts[index]! }) as unknown as DecidedStep);
  expect(totalsOf(graph, decided(['run', 'run', 'run']), estimates)).toMatchObject({
    ...{ seconds: 34, critical: { seconds: 34, steps: ['digits', 'keep'] }, unknown: ['other'] },
    memory: { bytes: 10, step: 'keep' },
  });
  expect(totalsOf(graph, decided(['reuse', 'depends', 'depends']), estimates)).toMatchObject({
    ...{ seconds: 0, critical: { seconds: 0, steps: [] }, unknown: [], saved: 4, depends: { seconds: 30, bytes: 400 } },
    memory: undefined,
  });
});

test('the critical path is the costliest chain', () => {
  const dag = digraph([
    ['a', []],
    ['b', ['a']],
    ['c', ['a']],
    ['d', ['b', 'c']],
  ]);
  const cost: Readonly<Record<string, number>> = { a: 1, b: 5, c: 2, d: 1 };
  expect(criticalPath(dag, (node) => cost[node]!)).toEqual({ cost: 7, path: ['a', 'b', 'd'] });
  expect(criticalPath(dag, () => 0)).toEqual({ cost: 0, path: [] });
});

test('shapes are read from types', () => {
  expect(shapeOf('Images<400, 28, 28, 1>')).toEqual({ kind: 'Images', dimensions: [400, 28, 28, 1] });
  expect(shapeOf('Scores')).toEqual({ kind: 'Scores', dimensions: [] });
  expect(storedBytes(shapeOf('Images<2, 3, 3, 1>'))).toBe(18);
  expect(storedBytes(shapeOf('UnitFeatures<5, 3>'))).toBe(60);
  expect(storedBytes(shapeOf('Features<?, 3>'))).toBeUndefined();
  expect(storedBytes(shapeOf('Page'))).toBeUndefined();
});

test('stages of the registry say more for more images', () => {
  const shape = (count: number) => ({
    parameters: { epochs: 2, batch: 64, backbone: 'conv4_half', k: 10, restarts: 2 },
    inputs: { images: [shapeOf(`Images<${count}, 28, 28, 1>`)], features: [shapeOf(`Features<${count}, 128>`)] },
    outputs: {
      images: shapeOf(`Images<${count}, 28, 28, 1>`),
      features: shapeOf(`Features<${count}, 128>`),
      clusters: shapeOf(`Clusters<${count}, 10>`),
    },
  });
  for (const name of ['std/datasets.glyphs', 'std/representation.idfd', 'std/clustering.kmeans']) {
    const stage = registry.get(name)!;
    expect(stage.memory!(shape(2000))).toBeGreaterThan(stage.memory!(shape(1000)));
    expect(stage.work!(shape(2000)) / stage.work!(shape(1000))).toBe(2);
  }
});
