// The typed graph as a plain graph of step names, and the walk over bindings that everything else is made of.
import { digraph, type Digraph } from '../dag/digraph.ts';
import type { Binding, Step, TypedGraph } from '../graph/typed-graph.ts';

/** Every step output that a binding names, in order, each as often as it is named. */
export function outputsIn(binding: Binding): readonly { readonly step: string; readonly output: string }[] {
  switch (binding.kind) {
    case 'output':
      return [binding];
    case 'list':
      return binding.items.flatMap(outputsIn);
    case 'value':
      return [];
  }
}

/** The steps that a step reads, each once, in the order of its inputs. */
export function readsOfStep(step: Step): readonly string[] {
  const reads = new Set<string>();
  for (const binding of Object.values(step.inputs)) for (const { step: read } of outputsIn(binding)) reads.add(read);
  return [...reads];
}

export function stepGraph(graph: TypedGraph): Digraph {
  return digraph(graph.steps.map((step) => [step.id, readsOfStep(step)]));
}

/**
 * The steps whose results somebody wants as such: those bound to an output of the pipeline, and those that no other step reads,
 * since a step was written to be run.
 */
export function wantedSteps(graph: TypedGraph): ReadonlySet<string> {
  const read = new Set(graph.steps.flatMap(readsOfStep));
  const bound = graph.outputs.flatMap((output) => outputsIn(output.value).map((found) => found.step));
  return new Set([...bound, ...graph.steps.map((step) => step.id).filter((id) => !read.has(id))]);
}
