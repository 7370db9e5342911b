// Typed graphs for tests of the runner, in a notation of one line a step.
import type { Annotations, Binding, Step, TypedGraph, Value } from '../../src/graph/typed-graph.ts';

export interface StepSketch {
  readonly stage: string;
  readonly parameters?: Readonly<Record<string, Value>>;
  /** `step.output` for one artifact, a list of such for a list. */
  readonly inputs?: Readonly<Record<string, string | readonly string[]>>;
  readonly annotations?: Annotations;
}

const OUTPUTS: Readonly<Record<string, readonly (readonly [name: string, kind: string])[]>> = {
  'test.big': [
    ['features', 'Features'],
    ['page', 'Page'],
  ],
  'test.page': [['page', 'Page']],
  'test.scores': [['scores', 'Scores']],
};

const span = { file: 'test.pipe', start: 0, end: 0 };

/** Steps in the order given, each after all that it reads; outputs by name as `step.output`, or lists of such. */
export function sketch(
  steps: Readonly<Record<string, StepSketch>>,
  outputs: Readonly<Record<string, string | readonly string[]>> = {},
): TypedGraph {
  return {
    pipeline: { name: 'test', doc: '', file: '/test/test.pipe', source: '' },
    parameters: [],
    steps: Object.entries(steps).map(([id, { stage, parameters, inputs, annotations }]): Step => ({
      ...{ id, stage, span, parameters: parameters ?? {}, annotations: annotations ?? {} },
      inputs: Object.fromEntries(Object.entries(inputs ?? {}).map(([name, from]) => [name, binding(from)])),
      outputs: (OUTPUTS[stage] ?? [['features', 'Features']]).map(([name, kind]) => ({ name, kind, type: kind })),
    })),
    outputs: Object.entries(outputs).map(([name, from]) => ({ name, span, type: 'any', value: binding(from) })),
  };
}

function binding(from: string | readonly string[]): Binding {
  if (typeof from !== 'string') return { kind: 'list', items: from.map(binding) };
  const dot = from.lastIndexOf('.');
  return { kind: 'output', step: from.slice(0, dot), output: from.slice(dot + 1) };
}
