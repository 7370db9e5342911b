// Simplified trace in, ONNX graph out: each kernel's own lowering, with equal ONNX nodes and constants written once.
import { ruleOf } from '../trace/kernels/table.ts';
import type { Lowering, Name } from '../trace/kernels/rule.ts';
import type { DType, TraceGraph, ValueId, ValueInfo } from '../trace/graph.ts';
import type { ElementType, OnnxAttribute, OnnxGraph, OnnxNode, OnnxTensor } from './onnx-model.ts';

export interface LowerOptions {
  readonly name: string;
  /** For inference: the first dimension of every input and output is the batch, of any size, and convolutions stay convolutions. */
  readonly openBatch?: boolean;
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
  readonly nodes: OnnxNode[] = [];
  readonly constants: OnnxTensor[] = [];
  readonly #trace: TraceGraph;
  readonly #names: Name[] = [];
  readonly #known = new Map<string, Name>();

  constructor(trace: TraceGraph, openBatch: boolean) {
    this.#trace = trace;
    this.openBatch = openBatch;
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
    if (node.kind !== 'splat') return this.#names[value]!;
    if (node.shape.length === 0) return this.scalar(node.value, ELEMENT[node.dtype]);
    return this.emit('Expand', [this.scalar(node.value, ELEMENT[node.dtype]), this.integers(node.shape)]);
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
          this.#names[id] = node.name;
          break;
        case 'splat':
          break;
        case 'constant':
          this.#names[id] = this.#constant(
            node.shape,
            ELEMENT[node.dtype],
            elements([...node.values], ELEMENT[node.dtype]),
          );
          break;
        case 'kernel': {
          const inputs = node.inputs as Readonly<Record<string, ValueId>>;
          this.#names[id] = ruleOf(node.kernel).lower(this, inputs, node.attributes, node, Object.values(inputs));
          break;
        }
      }
    });
    return Object.fromEntries(Object.entries(this.#trace.outputs).map(([name, value]) => [name, this.full(value)]));
  }

  #constant(shape: readonly number[], type: ElementType, data: Uint8Array): Name {
    const key = data.length <= 1024 ? Buffer.from(data).toString('base64') : Buffer.from(data).toString('latin1');
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
  const writer = new GraphWriter(trace, openBatch);
  const results = writer.write();
  const shapeOf = ({ shape }: ValueInfo): (number | string)[] =>
    openBatch && shape.length > 0 ? ['batch', ...shape.slice(1)] : [...shape];
  // An output is a node of its own, so that one value may be two outputs, or an input.
  const outputs = Object.entries(results).map(([name, value]) => {
    writer.nodes.push({ op: 'Identity', name: `output_${name}`, inputs: [value], outputs: [name] });
    const info = trace.nodes[trace.outputs[name]!]!;
    return { name, type: ELEMENT[info.dtype], shape: shapeOf(info) };
  });
  return {
    name: options.name,
    inputs: trace.nodes.flatMap((node) =>
      node.kind === 'input' ? [{ name: node.name, type: ELEMENT[node.dtype], shape: shapeOf(node) }] : [],
    ),
    outputs,
    nodes: writer.nodes,
    constants: writer.constants,
    ...(options.metadata === undefined ? {} : { metadata: options.metadata }),
    ...(options.doc === undefined ? {} : { doc: options.doc }),
  };
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
