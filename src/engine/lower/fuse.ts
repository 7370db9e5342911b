// Simplified trace in, an equal trace out in which chains by channel are one node: products and sums of an image with one number a
// channel, the sum with another image, and Relu become ChannelAffine. Only for targets with a blocked layout, which has an operator for it.
import { operandsOf, type TraceGraph, type TraceNode, type ValueId, type ValueInfo } from '../trace/graph.ts';
import { sameShape } from '../trace/kernels/rule.ts';
import { fillsBlocks, isPerChannel } from './blocks.ts';
import { withoutDeadNodes } from './simplify.ts';

type Node = TraceNode & ValueInfo;

interface Affine {
  readonly x: ValueId;
  readonly scale?: ValueId;
  readonly shift?: ValueId;
  readonly plus?: ValueId;
  readonly relu: boolean;
}

export function fuse(graph: TraceGraph, block: number): TraceGraph {
  const uses = countUses(graph);
  const nodes: Node[] = [];
  const renamed: ValueId[] = [];
  // By place in `nodes`, those that have one reader, which may take them in.
  const open = new Map<ValueId, Affine>();

  const add = (node: Node): ValueId => nodes.push(node) - 1;
  const negated = (value: ValueId): ValueId => {
    const { shape, dtype } = nodes[value]!;
    return add({ kind: 'kernel', kernel: 'Neg', inputs: { x: value }, attributes: {}, shape, dtype });
  };
  const fused = (node: Extract<Node, { kind: 'kernel' }>): Affine | undefined => {
    if (!fillsBlocks(node, block)) return undefined;
    const { x, a, b } = node.inputs as Readonly<Record<string, ValueId | undefined>>;
    if (node.kernel === 'Relu') {
      const affine = open.get(x!);
      return affine === undefined ? undefined : { ...affine, relu: true };
    }
    if (a === undefined || b === undefined) return undefined;
    const isImage = (value: ValueId): boolean => sameShape(nodes[value]!.shape, node.shape);
    const isChannels = (value: ValueId): boolean => nodes[value]!.kind !== 'splat' && isPerChannel(nodes[value]!, node);
    const pair =
      isImage(a) && isChannels(b)
        ? { image: a, channels: b }
        : isImage(b) && isChannels(a)
          ? { image: b, channels: a }
          : undefined;
    switch (node.kernel) {
      case 'Multiply':
        return pair === undefined ? undefined : { x: pair.image, scale: pair.channels, relu: false };
      case 'Sub':
        return pair?.image === a ? { x: a, shift: negated(b), relu: false } : undefined;
      case 'Add': {
        if (pair !== undefined) {
          const inner = open.get(pair.image);
          const bare = inner !== undefined && inner.shift === undefined && inner.plus === undefined;
          return { ...(bare ? inner : { x: pair.image, relu: false }), shift: pair.channels };
        }
        if (!isImage(a) || !isImage(b)) return undefined;
        for (const [one, other] of [
          [a, b],
          [b, a],
        ] as const) {
          const inner = open.get(one);
          if (inner !== undefined && inner.plus === undefined && nodes[other]!.kind !== 'splat')
            return { ...inner, plus: other };
        }
        return undefined;
      }
      default:
        return undefined;
    }
  };

  graph.nodes.forEach((node, id) => {
    if (node.kind !== 'kernel') {
      renamed.push(add(node));
      return;
    }
    const inputs = Object.fromEntries(
      Object.entries(node.inputs).map(([name, value]) => [name, renamed[value as ValueId]!]),
    );
    const moved = { ...node, inputs };
    const affine = fused(moved);
    if (affine === undefined) {
      renamed.push(add(moved));
      return;
    }
    const { relu, ...operands } = affine;
    const place = add({ ...moved, kernel: 'ChannelAffine', inputs: operands, attributes: { relu } });
    if (uses[id] === 1 && !relu) open.set(place, affine);
    renamed.push(place);
  });
  const outputs = Object.fromEntries(Object.entries(graph.outputs).map(([name, value]) => [name, renamed[value]!]));
  return withoutDeadNodes({ nodes, outputs });
}

/** How often each value is read, an output counting as a reader. */
function countUses(graph: TraceGraph): readonly number[] {
  const uses = graph.nodes.map(() => 0);
  for (const value of [...graph.nodes.flatMap(operandsOf), ...Object.values(graph.outputs)]) uses[value]! += 1;
  return uses;
}
