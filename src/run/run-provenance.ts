// What a report is told of how its inputs were made. In: the graph and the records of the steps so far; out: plain data for the worker.
import type { StepRecord } from '../cache/step-record.ts';
import { ancestors } from '../dag/digraph.ts';
import type { Step, TypedGraph } from '../graph/typed-graph.ts';
import { outputsIn, readsOfStep, stepGraph } from '../plan/step-graph.ts';
import type { Host } from '../platform/host.ts';
import type { Provenance, ProvenanceStep } from '../stage/provenance.ts';

export interface ProvenanceSource {
  readonly graph: TypedGraph;
  readonly command: string;
  readonly host: Provenance['host'];
}

/** All ancestors of `step`, each after all that it reads. `records` has one of each. */
export function provenanceOf(
  source: ProvenanceSource,
  step: Step,
  records: ReadonlyMap<string, StepRecord>,
): Provenance {
  const { graph } = source;
  const before = new Set(ancestors(stepGraph(graph), step.id));
  return {
    inputs: Object.fromEntries(
      Object.entries(step.inputs).map(([name, input]) => [name, outputsIn(input).map((from) => from.step)]),
    ),
    pipeline: graph.pipeline,
    parameters: recordedParameters(graph),
    steps: graph.steps
      .filter(({ id }) => before.has(id))
      .map((ancestor) => provenanceStep(ancestor, records.get(ancestor.id))),
    outputs: graph.outputs.map(({ name, type }) => ({ name, type })),
    command: source.command,
    host: source.host,
  };
}

/** Without places in the source: moving a line is no change of what was run. */
export function recordedParameters(graph: TypedGraph): TypedGraph['parameters'] {
  return graph.parameters.map(({ name, type, value, origin }) => ({ name, type, value, origin }));
}

function provenanceStep(step: Step, record: StepRecord | undefined): ProvenanceStep {
  if (record === undefined) throw new Error(`step ${step.id} has no result yet`);
  return {
    id: step.id,
    stage: step.stage,
    parameters: step.parameters,
    ...(step.note === undefined ? {} : { note: step.note }),
    reads: readsOfStep(step),
    outputs: step.outputs.map(({ name, type }) => ({ name, type, digest: record.outputs[name]!.digest })),
    key: record.key,
    seconds: record.seconds,
    engine: record.engine ?? undefined,
    threads: record.threads ?? undefined,
  };
}

export function provenanceHost(host: Host, version: string): Provenance['host'] {
  return {
    cpu: host.cpu,
    cores: host.cores,
    memoryGiB: Math.round((host.memory / 2 ** 30) * 10) / 10,
    node: host.node,
    pipe: version,
    platform: host.platform,
  };
}
