// Simplified trace in, ONNX graph out: each kernel's own lowering, with equal ONNX nodes and constants written once.
import { createHash } from 'node:crypto';
import { ruleOf } from '../trace/kernels/table.ts';
import type { Blocked, Lowering, Name } from '../trace/kernels/rule.ts';
import type { DType, TraceGraph, ValueId, ValueInfo } from '../trace/graph.ts';
import { fillsBlocks, NCHWC } from './blocks.ts';
import type { ElementType, OnnxAttribute, OnnxGraph, OnnxNode, OnnxTensor } from './onnx-model.ts';

export interface LowerOptions {
  readonly name: string;
  /** For inference: the first dimension of every input and output is the batch, of any size, and convolutions stay convolutions. */
  readonly openBatch?: boolean;
  /** Channels in a block, where the target is ONNX Runtime's CPU provider on a processor for which it has a blocked layout. */
  readonly block?: number;
  /** Inputs of the trace that are constants of the model, by name: its weights. Not copied. */
  readonly parameters?: Readonly<Record<string, Float32Array>>;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly doc?: string;
}

const ELEMENT: Record<DType, ElementType> = { float32: 'float32', int32: 'int32', bool: 'bool' };

const bytesOf = (array: ArrayBufferView): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

function elements(values: readonly number[], type: ElementType): Uint8Array {
  switch (type) {
    case 'float32':
      return bytesOf(Float32Array.from(values));
    case 'int32':
      return bytesOf(Int32Array.from(values));
    case 'int64':
      return bytesOf(BigInt64Array.from(values, BigInt));
    case 'bool':
    case 'uint8':
      return Uint8Array.from(values);
  }
}

class GraphWriter implements Lowering {
  readonly openBatch: boolean;
  readonly block: number | undefined;
  readonly nodes: OnnxNode[] = [];
  readonly constants: OnnxTensor[] = [];
  readonly #trace: TraceGraph;
  readonly #plain: (Name | undefined)[] = [];
  readonly #blocked: (Name | undefined)[] = [];
  readonly #known = new Map<string, Name>();

  constructor(
    trace: TraceGraph,
    openBatch: boolean,
    block: number | undefined,
    parameters: Readonly<Record<string, Float32Array>>,
  ) {
    this.#trace = trace;
    this.openBatch = openBatch;
    this.block = block;
    for (const node of trace.nodes) {
      if (node.kind !== 'input' || !Object.hasOwn(parameters, node.name)) continue;
      this.constants.push({
        name: node.name,
        type: 'float32',
        shape: node.shape,
        data: bytesOf(parameters[node.name]!),
      });
    }
  }

  emit(
    op: string,
    inputs: readonly Name[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    domain = '',
  ): Name {
    return this.#once(`${domain}:${op}(${inputs.join()})${JSON.stringify(attributes)}`, () => {
      const output = `v${this.nodes.length}`;
      this.nodes.push({ op, domain, name: `${op}_${this.nodes.length}`, inputs, outputs: [output], attributes });
      return output;
    });
  }

  scalar(value: number, type: ElementType = 'float32'): Name {
    return this.#constant([], type, elements([value], type));
  }
  integers(values: readonly number[]): Name {
    return this.#constant([values.length], 'int64', elements(values, 'int64'));
  }
  indices(values: Int32Array): Name {
    return this.#constant([values.length], 'int32', bytesOf(values));
  }
  isSplat(value: ValueId): boolean {
    return this.#trace.nodes[value]!.kind === 'splat';
  }
  info(value: ValueId): ValueInfo {
    return this.#trace.nodes[value]!;
  }
  reshape(name: Name, shape: readonly number[]): Name {
    return this.emit('Reshape', [
      name,
      this.integers(this.openBatch && shape.length > 0 ? [-1, ...shape.slice(1)] : shape),
    ]);
  }
  reshapeFixed(name: Name, shape: readonly number[]): Name {
    return this.emit('Reshape', [name, this.integers(shape)]);
  }

  full(value: ValueId): Name {
    const node = this.#trace.nodes[value]!;
    if (node.kind !== 'splat')
      return (this.#plain[value] ??= this.emit(
        'ReorderOutput',
        [this.#blocked[value]!],
        { channels: node.shape.at(-1)!, channels_last: 1 },
        NCHWC,
      ));
    if (node.shape.length === 0) return this.scalar(node.value, ELEMENT[node.dtype]);
    return this.emit('Expand', [this.scalar(node.value, ELEMENT[node.dtype]), this.integers(node.shape)]);
  }

  isBlocked(value: ValueId): boolean {
    return this.#blocked[value] !== undefined;
  }

  blocked(value: ValueId): Name {
    if (!fillsBlocks(this.info(value), this.block)) throw new Error(`value ${value} does not fill blocks`);
    return (this.#blocked[value] ??= this.emit('ReorderInput', [this.full(value)], { channels_last: 1 }, NCHWC));
  }

  broadcast(value: ValueId): Name {
    const node = this.#trace.nodes[value]!;
    return node.kind === 'splat' ? this.scalar(node.value, ELEMENT[node.dtype]) : this.full(value);
  }

  /** Writes every node in order; returns the name of each output's value. */
  write(): Readonly<Record<string, Name>> {
    this.#trace.nodes.forEach((node, id) => {
      switch (node.kind) {
        case 'input':
          this.#plain[id] = node.name;
          break;
        case 'splat':
          break;
        case 'constant':
          this.#plain[id] = this.#constant(
            node.shape,
            ELEMENT[node.dtype],
            node.dtype === 'bool' ? Uint8Array.from(node.values) : bytesOf(node.values),
          );
          break;
        case 'kernel': {
          const inputs = node.inputs as Readonly<Record<string, ValueId>>;
          const rule = ruleOf(node.kernel);
          this.#place(id, rule.lower(this, inputs, node.attributes, node, Object.values(inputs)));
          break;
        }
      }
    });
    return Object.fromEntries(Object.entries(this.#trace.outputs).map(([name, value]) => [name, this.full(value)]));
  }

  #place(id: ValueId, result: Name | Blocked): void {
    if (typeof result === 'string') this.#plain[id] = result;
    else this.#blocked[id] = result.blocked;
  }

  #constant(shape: readonly number[], type: ElementType, data: Uint8Array): Name {
    const key =
      data.length <= 1024 ? Buffer.from(data).toString('base64') : createHash('sha256').update(data).digest('base64');
    return this.#once(`constant ${type} ${shape.join()} ${key}`, () => {
      const name = `c${this.constants.length}`;
      this.constants.push({ name, type, shape, data });
      return name;
    });
  }

  #once(key: string, make: () => Name): Name {
    let name = this.#known.get(key);
    if (name === undefined) {
      name = make();
      this.#known.set(key, name);
    }
    return name;
  }
}

export function lower(trace: TraceGraph, options: LowerOptions): OnnxGraph {
  const openBatch = options.openBatch ?? false;
  const parameters = options.parameters ?? {};
  const writer = new GraphWriter(trace, openBatch, options.block, parameters);
  const results = writer.write();
  const shapeOf = ({ shape }: ValueInfo): (number | string)[] =>
    openBatch && shape.length > 0 ? ['batch', ...shape.slice(1)] : [...shape];
  const nodes = withNamedOutputs(writer.nodes, results);
  const outputs = Object.keys(results).map((name) => {
    const info = trace.nodes[trace.outputs[name]!]!;
    return { name, type: ELEMENT[info.dtype], shape: shapeOf(info) };
  });
  return {
    name: options.name,
    inputs: trace.nodes.flatMap((node) =>
      node.kind === 'input' && !Object.hasOwn(parameters, node.name)
        ? [{ name: node.name, type: ELEMENT[node.dtype], shape: shapeOf(node) }]
        : [],
    ),
    outputs,
    nodes,
    constants: writer.constants,
    ...(options.metadata === undefined ? {} : { metadata: options.metadata }),
    ...(options.doc === undefined ? {} : { doc: options.doc }),
  };
}

/**
 * Each output under its own name: the node that computes it writes it, so that nothing is copied and held. Where that cannot be, because
 * one value is two outputs, an input or a constant, an Identity gives the name.
 */
function withNamedOutputs(nodes: readonly OnnxNode[], outputs: Readonly<Record<string, Name>>): OnnxNode[] {
  const computed = new Set(nodes.flatMap((node) => node.outputs));
  const names = new Map<Name, string>();
  const copies: OnnxNode[] = [];
  for (const [name, value] of Object.entries(outputs)) {
    if (computed.has(value) && !names.has(value)) names.set(value, name);
    else copies.push({ op: 'Identity', name: `output_${name}`, inputs: [names.get(value) ?? value], outputs: [name] });
  }
  const named = (value: Name): Name => names.get(value) ?? value;
  return [
    ...nodes.map((node) => ({ ...node, inputs: node.inputs.map(named), outputs: node.outputs.map(named) })),
    ...copies,
  ];
}

/** One line a node, constants by shape: what the golden tests hold. */
export function printOnnx(graph: OnnxGraph): string {
  const constants = new Map(
    graph.constants.map((constant) => [
      constant.name,
      constant.data.length <= 64
        ? `${constant.type}[${constant.shape.join()}]{${printElements(constant)}}`
        : `${constant.type}[${constant.shape.join()}]`,
    ]),
  );
  const lines = graph.nodes.map((node) => {
    const attributes = Object.entries(node.attributes ?? {}).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
    return `${node.outputs.join(', ')} = ${node.op}(${[...node.inputs.map((input) => constants.get(input) ?? input), ...attributes].join(', ')})`;
  });
  return lines.join('\n') + '\n';
}

function printElements({ type, data }: OnnxTensor): string {
  const { buffer, byteOffset, byteLength } = data.slice();
  if (type === 'float32') return new Float32Array(buffer, byteOffset, byteLength / 4).join(' ');
  if (type === 'int32') return new Int32Array(buffer, byteOffset, byteLength / 4).join(' ');
  if (type === 'int64') return new BigInt64Array(buffer, byteOffset, byteLength / 8).join(' ');
  return data.join(' ');
}
