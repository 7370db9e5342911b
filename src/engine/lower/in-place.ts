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
  const operands = graph.nodes.map(operandsOf);
  const readers = graph.nodes.map((): ValueId[] => []);
  operands.forEach((list, id) => list.forEach((operand) => readers[operand]!.push(id)));
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
    // A reader that comes after the output cannot be among its sources; most weights of a network have one.
    if (readers[id]!.some((reader) => reader > last)) return;
    const sources = sourcesOf(operands, last);
    if (readers[id]!.every((reader) => sources[reader] === 1)) names.add(input.name);
  });
  return names;
}

/** By node: 1 for the value and for all that it is made from. */
function sourcesOf(operands: readonly (readonly ValueId[])[], value: ValueId): Uint8Array {
  const found = new Uint8Array(value + 1);
  found[value] = 1;
  // A node comes after all that it reads.
  for (let id = value; id >= 0; id -= 1) if (found[id] === 1) for (const operand of operands[id]!) found[operand] = 1;
  return found;
}
