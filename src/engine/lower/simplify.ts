// Trace in, an equal and smaller trace out: constants folded where all elements are equal, operations without effect dropped,
// equal nodes shared, the sign of a Relu's input asked of its result, nodes that no output needs left out.
import { operandsOf, type TraceGraph, type TraceNode, type ValueId, type ValueInfo } from '../trace/graph.ts';
import { sameShape } from '../trace/kernels/rule.ts';

type Node = TraceNode & ValueInfo;

const foldUnary: Readonly<Record<string, (x: number) => number>> = {
  Neg: (x) => -x,
  Exp: Math.exp,
  Log: Math.log,
  Sqrt: Math.sqrt,
  Rsqrt: (x) => 1 / Math.sqrt(x),
  Square: (x) => x * x,
  Abs: Math.abs,
  Relu: (x) => Math.max(x, 0),
  Step: (x) => (x > 0 ? 1 : 0),
  Cast: (x) => x,
  Identity: (x) => x,
  Reshape: (x) => x,
  ExpandDims: (x) => x,
  Transpose: (x) => x,
  Slice: (x) => x,
  Tile: (x) => x,
};

const foldBinary: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Multiply: (a, b) => a * b,
  RealDiv: (a, b) => a / b,
  Maximum: Math.max,
  Minimum: Math.min,
};

/** A splat of the right value for its type: what float32 would hold, or a whole number. */
function splat(value: number, info: ValueInfo): Node {
  return {
    kind: 'splat',
    value:
      info.dtype === 'float32' ? Math.fround(value) : info.dtype === 'int32' ? Math.trunc(value) : value === 0 ? 0 : 1,
    shape: info.shape,
    dtype: info.dtype,
  };
}

/** The same value without computing, where the node turns out to be one; otherwise undefined. */
function shortcut(node: Extract<Node, { kind: 'kernel' }>, nodes: readonly Node[]): Node | ValueId | undefined {
  const { x, a, b } = node.inputs as Readonly<Record<string, ValueId | undefined>>;
  if (node.kernel === 'Fill') return splat(node.attributes.value as number, node);
  if (node.kernel === 'ZerosLike') return splat(0, node);
  const unaryInput = x ?? (node.inputs.input as ValueId | undefined);
  if (unaryInput !== undefined) {
    const input = nodes[unaryInput]!;
    const fold = foldUnary[node.kernel];
    if (input.kind === 'splat' && fold !== undefined) return splat(fold(input.value), node);
    const moves =
      node.kernel === 'Identity' ||
      node.kernel === 'Reshape' ||
      node.kernel === 'Cast' ||
      node.kernel === 'Slice' ||
      node.kernel === 'Tile';
    if (moves && sameShape(input.shape, node.shape) && input.dtype === node.dtype) return unaryInput;
    if (node.kernel === 'Reshape' && input.kind === 'kernel' && input.kernel === 'Reshape') {
      const source = input.inputs.x as ValueId;
      if (sameShape(nodes[source]!.shape, node.shape)) return source;
      return { ...node, inputs: { x: source } };
    }
    // A sum or mean over axes of size one only reshapes.
    if ((node.kernel === 'Sum' || node.kernel === 'Mean') && sameShape(input.shape, node.shape)) return unaryInput;
  }
  if (a !== undefined && b !== undefined) {
    const left = nodes[a]!;
    const right = nodes[b]!;
    const fold = foldBinary[node.kernel];
    if (fold !== undefined && left.kind === 'splat' && right.kind === 'splat')
      return splat(fold(left.value, right.value), node);
    const keepsLeft = right.kind === 'splat' && sameShape(left.shape, node.shape) && left.dtype === node.dtype;
    const keepsRight = left.kind === 'splat' && sameShape(right.shape, node.shape) && right.dtype === node.dtype;
    if (
      keepsLeft &&
      ((right.value === 1 && (node.kernel === 'Multiply' || node.kernel === 'RealDiv')) ||
        (right.value === 0 && (node.kernel === 'Add' || node.kernel === 'Sub')))
    )
      return a;
    if (keepsRight && ((left.value === 1 && node.kernel === 'Multiply') || (left.value === 0 && node.kernel === 'Add')))
      return b;
  }
  return undefined;
}

/** Equal nodes have equal keys. Large constants are told apart by identity. */
function nodeKey(node: Node, id: number): string {
  switch (node.kind) {
    case 'input':
      return `input ${node.name}`;
    case 'splat':
      return `splat ${node.value} ${node.dtype} ${node.shape.join()}`;
    case 'constant':
      return node.values.length <= 64
        ? `constant ${node.dtype} ${node.shape.join()} ${node.values.join()}`
        : `constant #${id}`;
    case 'kernel':
      return `${node.kernel} ${JSON.stringify(node.inputs, Object.keys(node.inputs).sort())} ${JSON.stringify(node.attributes)} ${node.shape.join()}`;
  }
}

export function simplify(graph: TraceGraph): TraceGraph {
  const nodes: Node[] = [];
  const shared = new Map<string, ValueId>();
  const renamed: ValueId[] = [];
  // Where an input of Relu has gone through it. Its sign is asked of the result then, so that the input need not be kept for the gradient.
  const relus = new Map<ValueId, ValueId>();

  const place = (node: Node, original: number): ValueId => {
    const key = nodeKey(node, original);
    const known = shared.get(key);
    if (known !== undefined) return known;
    nodes.push(node);
    shared.set(key, nodes.length - 1);
    return nodes.length - 1;
  };

  graph.nodes.forEach((node, id) => {
    if (node.kind !== 'kernel') {
      renamed.push(place(node, id));
      return;
    }
    const inputs = Object.fromEntries(
      Object.entries(node.inputs).map(([name, value]) => [name, renamed[value as ValueId]!]),
    );
    const rectified = node.kernel === 'Step' ? relus.get(inputs.x!) : undefined;
    const moved = { ...node, inputs: rectified === undefined ? inputs : { x: rectified } };
    const short = shortcut(moved, nodes);
    const placed = short === undefined ? place(moved, id) : typeof short === 'number' ? short : place(short, id);
    if (node.kernel === 'Relu') relus.set(inputs.x!, placed);
    renamed.push(placed);
  });

  const outputs = Object.fromEntries(Object.entries(graph.outputs).map(([name, value]) => [name, renamed[value]!]));
  return withoutDeadNodes({ nodes, outputs });
}

/** The graph without nodes that no output needs; inputs stay. */
export function withoutDeadNodes(graph: TraceGraph): TraceGraph {
  const needed = new Set<ValueId>(Object.values(graph.outputs));
  for (let id = graph.nodes.length - 1; id >= 0; id -= 1) {
    const node = graph.nodes[id]!;
    // Inputs stay: a caller feeds every one it declared.
    if (node.kind === 'input') needed.add(id);
    if (needed.has(id)) for (const operand of operandsOf(node)) needed.add(operand);
  }
  const renamed = new Map<ValueId, ValueId>();
  const nodes: Node[] = [];
  graph.nodes.forEach((node, id) => {
    if (!needed.has(id)) return;
    renamed.set(id, nodes.length);
    nodes.push(
      node.kind === 'kernel'
        ? {
            ...node,
            inputs: Object.fromEntries(
              Object.entries(node.inputs).map(([name, value]) => [name, renamed.get(value as ValueId)!]),
            ),
          }
        : node,
    );
  });
  return {
    nodes,
    outputs: Object.fromEntries(Object.entries(graph.outputs).map(([name, value]) => [name, renamed.get(value)!])),
  };
}
