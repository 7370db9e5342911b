// A model without its beginning: what a frozen encoder needs that is given views, which are no longer 8-bit images.
import { bytesField, fieldsOf, GRAPH, MODEL, readNode, readTensor, type Field } from './onnx-fields.ts';
import { encodeValue, type OnnxValue } from './onnx-model.ts';

/**
 * The model where `input`, a value inside it, is its only input, and what computed that is left out. All else keeps its bytes.
 * Errors: no node of the model gives that value.
 */
export function startingAt(bytes: Uint8Array, input: OnnxValue): Uint8Array {
  const model = fieldsOf(bytes);
  const graph = fieldsOf(model.find(({ number }) => number === MODEL.graph)!.content);
  const nodes = graph
    .filter(({ number }) => number === GRAPH.node)
    .map((field) => ({ field, ...readNode(field.content) }));
  const at = nodes.findIndex(({ outputs }) => outputs.includes(input.name));
  if (at < 0) throw new Error(`no node of the model gives "${input.name}"`);
  // Nodes are in order; all that only the value needed lies before it.
  const before = new Set([input.name]);
  for (const one of nodes.slice(0, at + 1).reverse())
    if (one.outputs.some((name) => before.has(name))) for (const name of one.inputs) before.add(name);
  const left = nodes.filter(({ outputs }) => !outputs.some((name) => before.has(name)));
  const used = new Set(left.flatMap(({ inputs }) => inputs));
  // A graph within a node may use any initializer.
  const usesAll = left.some(({ holdsGraphs }) => holdsGraphs);
  const kept = new Set(left.map(({ field }) => field));
  const stays = (field: Field): boolean => {
    if (field.number === GRAPH.node) return kept.has(field);
    if (field.number === GRAPH.initializer) return usesAll || used.has(readTensor(field.content).name);
    return field.number !== GRAPH.input;
  };
  const parts = [...graph.filter(stays).map((field) => field.bytes), ...bytesField(GRAPH.input, [encodeValue(input)])];
  return Buffer.concat(
    model.flatMap((field) => (field.number === MODEL.graph ? bytesField(MODEL.graph, parts) : [field.bytes])),
  );
}
