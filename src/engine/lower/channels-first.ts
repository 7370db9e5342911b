// ONNX graph in, an equal ONNX graph out in which images stay channels first between convolutions, as other tools expect: transposes are carried
// through what does not mind the order of the axes until they meet their opposite. Transposed constants are stored transposed. For inference only.
import { transposed } from './transposed.ts';
import type { OnnxGraph, OnnxNode, OnnxTensor } from './onnx-model.ts';

/** Operators that compute element by element: a transpose before them may as well come after. */
const BY_ELEMENT = new Set([
  'Relu',
  'Sigmoid',
  'Tanh',
  'Neg',
  'Exp',
  'Abs',
  'Sqrt',
  'Identity',
  'Add',
  'Sub',
  'Mul',
  'Div',
]);

type Transpose = OnnxNode & { readonly attributes: { readonly perm: readonly number[] } };

const isTranspose = (node: OnnxNode | undefined): node is Transpose => node?.op === 'Transpose';

const permOf = (node: Transpose): readonly number[] => node.attributes.perm;

export function channelsFirst(graph: OnnxGraph): OnnxGraph {
  const producers = new Map<string, OnnxNode>();
  const constants = new Map(graph.constants.map((constant) => [constant.name, constant]));
  /** Names of values that turned out to be others. */
  const same = new Map<string, string>();
  const nodes: OnnxNode[] = [];
  const place = (node: OnnxNode): void => {
    nodes.push(node);
    for (const output of node.outputs) producers.set(output, node);
  };
  /** The node's result, computed before the transpose and transposed then under its own name. */
  const placeBefore = (node: OnnxNode, perm: readonly number[]): void => {
    const [output] = node.outputs;
    place({ ...node, outputs: [`${output!}/first`] });
    place({
      op: 'Transpose',
      name: `${node.name!}/last`,
      inputs: [`${output!}/first`],
      outputs: [output!],
      attributes: { perm },
    });
  };

  for (const original of graph.nodes) {
    const node = { ...original, inputs: original.inputs.map((input) => same.get(input) ?? input) };
    const [input] = node.inputs;
    const before = node.inputs.map((name) => producers.get(name));
    if (isTranspose(node)) {
      const constant = constants.get(input!);
      const inner = before[0];
      if (constant !== undefined) {
        const stored = transposed(constant, permOf(node), `${constant.name}/transposed`);
        constants.set(stored.name, stored);
        same.set(node.outputs[0]!, stored.name);
      } else if (isTranspose(inner) && permOf(node).every((axis, at) => permOf(inner)[axis] === at))
        same.set(node.outputs[0]!, inner.inputs[0]!);
      else place(node);
      continue;
    }
    const first = before[0];
    if (BY_ELEMENT.has(node.op) && isTranspose(first)) {
      const perm = permOf(first);
      if (before.every((one) => isTranspose(one) && permOf(one).join() === perm.join())) {
        placeBefore({ ...node, inputs: before.map((one) => one!.inputs[0]!) }, perm);
        continue;
      }
    }
    if (isPixelMean(node, constants) && isTranspose(first) && permOf(first).join() === '0,2,3,1') {
      const [output] = node.outputs;
      place({ op: 'GlobalAveragePool', name: node.name!, inputs: [first.inputs[0]!], outputs: [`${output!}/pixel`] });
      place({
        op: 'Flatten',
        name: `${node.name!}/flat`,
        inputs: [`${output!}/pixel`],
        outputs: [output!],
        attributes: { axis: 1 },
      });
      continue;
    }
    place(node.op === 'Conv' ? withKernelShape(node, constants.get(node.inputs[1]!)) : node);
  }
  return withoutDeadNodes({ ...graph, nodes, constants: [...constants.values()] });
}

/** The mean over rows and columns of images, channels last, with those axes left out. */
function isPixelMean(node: OnnxNode, constants: ReadonlyMap<string, OnnxTensor>): boolean {
  const axes = constants.get(node.inputs[1] ?? '');
  if (node.op !== 'ReduceMean' || node.attributes?.['keepdims'] !== 0 || axes?.type !== 'int64') return false;
  return new BigInt64Array(axes.data.slice().buffer).join() === '1,2';
}

/** A convolution that says the size of its filter: the standard lets it be left out, some readers do not. */
const withKernelShape = (node: OnnxNode, filter: OnnxTensor | undefined): OnnxNode =>
  filter === undefined ? node : { ...node, attributes: { kernel_shape: filter.shape.slice(2), ...node.attributes } };

function withoutDeadNodes(graph: OnnxGraph): OnnxGraph {
  const needed = new Set(graph.outputs.map(({ name }) => name));
  const nodes = [...graph.nodes]
    .reverse()
    .filter((node) => {
      if (!node.outputs.some((output) => needed.has(output))) return false;
      for (const input of node.inputs) needed.add(input);
      return true;
    })
    .reverse();
  return { ...graph, nodes, constants: graph.constants.filter(({ name }) => needed.has(name)) };
}
