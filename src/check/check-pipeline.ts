// One pipeline under one set of parameter values → its typed graph.
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import type { Binding, TypedGraph } from '../graph/typed-graph.ts';
import { formatType } from '../types/format-type.ts';
import type { Type } from '../types/type.ts';
import type { BlockResult, Checking, Situation } from './checking.ts';
import { describe, single, toValue, type Datum, type StageDatum } from './datum.ts';
import { evaluateBlock } from './evaluate-block.ts';
import { makeChecking } from './make-checking.ts';
import type { Module } from './module.ts';
import { stageAsValue } from './name-problems.ts';
import { noOutputs, tooManyCalls } from './pipeline-problems.ts';
import { definePipelineParameters, type ParameterSources } from './pipeline-parameters.ts';
import { checkPublished, type PublishedNumbers } from './check-published.ts';
import { innerScope } from './scope.ts';
import { chooseOutput, wrongType } from './type-problems.ts';

export interface PipelineCheck
  extends ParameterSources, Pick<Checking, 'report' | 'use' | 'record' | 'offers' | 'moduleScope' | 'isStandard'> {
  readonly module: Module;
  readonly published: PublishedNumbers;
}

/** Calls and rounds that one pipeline may unfold into: far above any experiment, low enough to say so within seconds. */
const mostCalls = 20_000;

/** The graph is meaningful only where nothing was reported. */
export function checkPipeline(check: PipelineCheck): TypedGraph {
  const { pipeline, module, report, use, record, offers, moduleScope, isStandard } = check;
  const graph = new GraphBuilder();
  let entered = 0;
  const enter = (): boolean => {
    entered += 1;
    if (entered > mostCalls) report(tooManyCalls(pipeline, mostCalls));
    return entered <= mostCalls;
  };
  const checking = makeChecking({ enter, report, use, record, offers, graph, moduleScope, isStandard });
  const scope = innerScope(moduleScope(module.key));
  const situation: Situation = {
    scope,
    place: { path: '', cells: [], around: undefined },
    prefix: '',
    annotations: {},
    inside: [],
  };
  const parameters = definePipelineParameters(check, situation, checking);
  const { outputs: named } = evaluateBlock(pipeline.body, 'pipeline', situation, checking);
  if (named.length === 0 && !pipeline.broken && !module.hasSyntaxErrors) report(noOutputs(pipeline));
  const outputs = named.flatMap((output) => graphOutput(output, report));
  return {
    pipeline: {
      name: pipeline.name.text,
      doc: pipeline.doc === '' ? module.file.doc : pipeline.doc,
      file: module.key,
      source: module.source.text,
    },
    parameters,
    steps: graph.needed(outputs),
    outputs,
    published: checkPublished(check.published, {
      ...{ sources: check, isBroken: pipeline.broken || module.hasSyntaxErrors, scope: moduleScope(module.key) },
      ...{ parameters, outputs: named, graph, checking },
    }),
  };
}

function graphOutput(
  { name, datum: given, span, at }: BlockResult['outputs'][number],
  report: (problem: Diagnostic) => void,
): TypedGraph['outputs'] {
  const datum = single(given);
  const value = toBinding(datum);
  if (value !== undefined) return [{ name, type: typeOf(datum), value, span }];
  if (datum.kind === 'result') report(chooseOutput(datum, at, []));
  else if (firstStage(datum) !== undefined) report(stageAsValue(firstStage(datum)!, at));
  else if (datum.kind === 'record')
    report(
      wrongType({ kind: 'scalar', name: 'String', range: undefined }, datum, {
        what: `the output \`${name}\``,
        at,
        declared: at,
      }),
    );
  return [];
}

function firstStage(datum: Datum): StageDatum | undefined {
  if (datum.kind === 'list') return datum.items.map(firstStage).find((found) => found !== undefined);
  return datum.kind === 'stage' ? datum : undefined;
}

function toBinding(given: Datum): Binding | undefined {
  const datum = single(given);
  if (datum.kind === 'artifact') return datum.binding;
  const value = toValue(datum);
  if (value !== undefined) return { kind: 'value', value };
  if (datum.kind !== 'list') return undefined;
  const items = datum.items.map(toBinding);
  return items.includes(undefined) ? undefined : { kind: 'list', items: items.filter((item) => item !== undefined) };
}

function typeOf(datum: Datum): string {
  const type: Type | undefined = datum.kind === 'artifact' ? datum.type : undefined;
  return type === undefined ? describe(datum) : formatType(type);
}
