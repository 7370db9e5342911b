// The recorded computation as plain data: tfjs kernels in order, with shapes. Printable, so that tests can hold it.
import { createHash } from 'node:crypto';

export type DType = 'float32' | 'int32' | 'bool';

export interface ValueInfo {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

export type Attributes = Readonly<Record<string, unknown>>;

export type TraceNode =
  | { readonly kind: 'input'; readonly name: string }
  /** `splat` stands for a constant all of whose elements are equal: it is never materialised. */
  | { readonly kind: 'splat'; readonly value: number }
  | { readonly kind: 'constant'; readonly values: Float32Array | Int32Array | Uint8Array }
  | {
      readonly kind: 'kernel';
      readonly kernel: string;
      readonly inputs: Readonly<Record<string, ValueId | readonly ValueId[]>>;
      readonly attributes: Attributes;
    };

/** Index into {@link TraceGraph.nodes}; a node comes after all that it reads. */
export type ValueId = number;

export interface TraceGraph {
  readonly nodes: readonly (TraceNode & ValueInfo)[];
  readonly outputs: Readonly<Record<string, ValueId>>;
}

/** The values a node reads, in a fixed order. */
export function operandsOf(node: TraceNode): readonly ValueId[] {
  if (node.kind !== 'kernel') return [];
  return Object.keys(node.inputs)
    .sort()
    .flatMap((name) => node.inputs[name]!);
}

/** One line a node: `%7 = Multiply(a: %3, b: %6) float32[128, 64]`. */
export function printTrace(graph: TraceGraph): string {
  const reference = (value: ValueId | readonly ValueId[]): string =>
    typeof value === 'number' ? `%${value}` : `[${value.map((one) => `%${one}`).join(', ')}]`;
  const lines = graph.nodes.map((node, id) => {
    const type = `${node.dtype}[${node.shape.join(', ')}]`;
    switch (node.kind) {
      case 'input':
        return `%${id} = input ${node.name} ${type}`;
      case 'splat':
        return `%${id} = splat ${node.value} ${type}`;
      case 'constant':
        return `%${id} = constant ${createHash('sha256')
          .update(new Uint8Array(node.values.buffer, node.values.byteOffset, node.values.byteLength))
          .digest('hex')
          .slice(0, 8)} ${type}`;
      case 'kernel': {
        const inputs = Object.keys(node.inputs)
          .sort()
          .map((name) => `${name}: ${reference(node.inputs[name]!)}`);
        const attributes = Object.keys(node.attributes)
          .sort()
          .filter((name) => node.attributes[name] !== undefined)
          .map((name) => `${name}=${JSON.stringify(node.attributes[name])}`);
        return `%${id} = ${node.kernel}(${[...inputs, ...attributes].join(', ')}) ${type}`;
      }
    }
  });
  return (
    [
      ...lines,
      ...Object.keys(graph.outputs)
        .sort()
        .map((name) => `output ${name} = %${graph.outputs[name]!}`),
    ].join('\n') + '\n'
  );
}
