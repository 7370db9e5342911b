// A model with another behind it, such as a frozen encoder with the head that was trained on its features, as one model.
import { EngineError } from '../engine-error.ts';
import {
  bytesField,
  fieldsOf,
  GRAPH,
  MODEL,
  readEntry,
  readNode,
  readOpset,
  readValue,
  renamedNode,
} from './onnx-fields.ts';
import { encodeMetadata, encodeNode, encodeTensor, encodeValue, OPSET, type OnnxGraph } from './onnx-model.ts';

/**
 * `bytes` with `tail` behind it, which reads its only output and gives one of that name instead; all else of the first keeps its bytes.
 * `metadata` replaces entries of the first, undefined removes one. No name of the second meets one of the first: it gets a prefix.
 * Errors: EngineError where the first has an older operator set than the second.
 */
export function followedBy(
  bytes: Uint8Array,
  tail: OnnxGraph,
  metadata: Readonly<Record<string, string | undefined>>,
): Uint8Array {
  const model = fieldsOf(bytes);
  const graph = fieldsOf(model.find(({ number }) => number === MODEL.graph)!.content);
  const [found, wanted] = [standardOpset(model.filter(({ number }) => number === MODEL.opsets)), tail.opset ?? OPSET];
  if (found < wanted)
    throw new EngineError(
      `the encoder's ONNX model has operator set ${found}, a head behind it wants ${wanted} or later`,
      `Export the network again with opset_version=${wanted} or later.`,
    );
  const nodes = graph.filter(({ number }) => number === GRAPH.node).map(({ content }) => readNode(content));
  const prefix = freePrefix(
    nodes.flatMap(({ outputs }) => outputs),
    tail.name,
  );
  const result = readValue(graph.find(({ number }) => number === GRAPH.output)!.content).name;
  const joint = `${prefix}input`;
  const [given, made] = [tail.inputs[0]!.name, tail.outputs[0]!.name];
  const inTail = (name: string): string => {
    if (name === given) return joint;
    if (name === made) return result;
    return name === '' ? '' : prefix + name;
  };
  const first = graph.flatMap(({ number, bytes: whole, content }) => {
    if (number === GRAPH.output) return [];
    return number === GRAPH.node ? bytesField(number, [renamedNode(content, new Map([[result, joint]]))]) : [whole];
  });
  const behind = tail.nodes.map((node) => ({
    ...node,
    ...(node.name === undefined ? {} : { name: prefix + node.name }),
    inputs: node.inputs.map(inTail),
    outputs: node.outputs.map(inTail),
  }));
  const joined = [
    ...first,
    ...behind.flatMap((node) => bytesField(GRAPH.node, [encodeNode(node)])),
    ...tail.constants.flatMap((constant) =>
      bytesField(GRAPH.initializer, [encodeTensor({ ...constant, name: inTail(constant.name) })]),
    ),
    ...bytesField(GRAPH.output, [encodeValue({ ...tail.outputs[0]!, name: result })]),
  ];
  return Buffer.concat([
    ...model.flatMap((field) => {
      if (field.number === MODEL.graph) return bytesField(MODEL.graph, joined);
      if (field.number === MODEL.metadata && Object.hasOwn(metadata, readEntry(field.content).key)) return [];
      return [field.bytes];
    }),
    ...Object.entries(metadata).flatMap(([key, value]) =>
      value === undefined ? [] : bytesField(MODEL.metadata, [encodeMetadata(key, value)]),
    ),
  ]);
}

/** Version of the standard operators in a model's list of operator sets; 0 where it has none. */
function standardOpset(opsets: readonly { readonly content: Uint8Array }[]): number {
  const standard = opsets
    .map(({ content }) => readOpset(content))
    .find(({ domain }) => domain === '' || domain === 'ai.onnx');
  return standard?.version ?? 0;
}

/** `head/`, or `head2/` where names begin so already, and so on. */
function freePrefix(names: readonly string[], wanted: string): string {
  const taken = (prefix: string): boolean => names.some((name) => name.startsWith(prefix));
  let prefix = `${wanted}/`;
  for (let at = 2; taken(prefix); at += 1) prefix = `${wanted}${at}/`;
  return prefix;
}
