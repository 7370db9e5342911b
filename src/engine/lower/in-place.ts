// Which outputs of a step may be written over the input of the same name, so that state need not exist twice. It reads the trace alone.
import { operandsOf, type TraceGraph, type ValueId } from '../trace/graph.ts';
import { sameShape } from '../trace/kernels/rule.ts';

/** Kernels that read an element of each operand before they write the same element of the result, and nothing after. */
const ELEMENTWISE = new Set(['Add', 'Sub', 'Multiply']);

/**
 * Names of outputs whose input is read by nothing but what the output itself is made from: by the time the last kernel writes the output, all
 * readers of the input are done, in whatever order a runtime takes the graph. An optimizer's moments are such; a weight is not where the
 * gradient of its layer's input reads it, too.
 */
export function outputsInPlace(graph: TraceGraph): ReadonlySet<string> {
  const readers = new Map<ValueId, ValueId[]>();
  graph.nodes.forEach((node, id) => {
    for (const operand of operandsOf(node)) readers.set(operand, [...(readers.get(operand) ?? []), id]);
  });
  const outputs = Object.values(graph.outputs);
  const names = new Set<string>();
  graph.nodes.forEach((input, id) => {
    if (input.kind !== 'input') return;
    const last = graph.outputs[input.name];
    const node = last === undefined ? undefined : graph.nodes[last]!;
    if (last === undefined || node?.kind !== 'kernel' || !ELEMENTWISE.has(node.kernel)) return;
    if (!sameShape(node.shape, input.shape) || node.dtype !== input.dtype) return;
    // One value under two names is written once and copied; an input that is an output as it stands is read after the run.
    if (outputs.filter((value) => value === last).length > 1 || outputs.includes(id)) return;
    const sources = sourcesOf(graph, last);
    if ((readers.get(id) ?? []).every((reader) => sources.has(reader))) names.add(input.name);
  });
  return names;
}

/** The value and all that it is made from. */
function sourcesOf(graph: TraceGraph, value: ValueId): ReadonlySet<ValueId> {
  const found = new Set([value]);
  const open = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop())
    for (const operand of operandsOf(graph.nodes[next]!))
      if (!found.has(operand)) {
        found.add(operand);
        open.push(operand);
      }
  return found;
}
