// The sizes of artifacts, read from their types as the typed graph and the records write them. Pure.
import type { Binding, Step, TypedGraph } from '../graph/typed-graph.ts';
import type { ArtifactShape, StepShape } from '../stage/stage.ts';
import { outputsIn } from './step-graph.ts';

/** `Features<400, 128>` → its kind and 400, 128. What is no number is NaN. */
export function shapeOf(type: string): ArtifactShape {
  const [, kind = type, inner = ''] = /^(\w+)(?:<(.*)>)?$/.exec(type) ?? [];
  const dimensions = inner === '' ? [] : inner.split(',').map((size) => Number(size));
  return { kind, dimensions };
}

export function outputShapes(
  outputs: Iterable<readonly [name: string, type: string]>,
): Readonly<Record<string, ArtifactShape>> {
  return Object.fromEntries([...outputs].map(([name, type]) => [name, shapeOf(type)]));
}

/** The shapes of all steps of a graph, by step. */
export function stepShapes(graph: TypedGraph): ReadonlyMap<string, StepShape> {
  const outputs = new Map(
    graph.steps.map((step) => [step.id, outputShapes(step.outputs.map(({ name, type }) => [name, type]))]),
  );
  const shapesIn = (binding: Binding): readonly ArtifactShape[] =>
    outputsIn(binding).flatMap(({ step, output }) => outputs.get(step)?.[output] ?? []);
  const shape = (step: Step): StepShape => ({
    parameters: step.parameters,
    inputs: Object.fromEntries(Object.entries(step.inputs).map(([name, binding]) => [name, shapesIn(binding)])),
    outputs: outputs.get(step.id)!,
  });
  return new Map(graph.steps.map((step) => [step.id, shape(step)]));
}

/** Bytes of the file of an artifact whose size follows from its type; undefined for others. */
export function storedBytes({ kind, dimensions }: ArtifactShape): number | undefined {
  const [first = NaN, ...rest] = dimensions;
  const bytes = {
    Images: rest.reduce((product, size) => product * size, first),
    Labels: 4 * first,
    Features: 4 * first * (rest[0] ?? NaN),
    UnitFeatures: 4 * first * (rest[0] ?? NaN),
    Clusters: 4 * first,
  }[kind];
  return bytes === undefined || Number.isNaN(bytes) ? undefined : bytes;
}
