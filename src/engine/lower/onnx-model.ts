// Writes ONNX models: plain data in, the bytes of a ModelProto out. It knows the file format (onnx.proto3, IR version 10) and no operator.
import protobuf from 'protobufjs/light.js';

export type ElementType = 'float32' | 'int32' | 'int64' | 'bool' | 'uint8';

/** A constant stored in the model; data is little-endian, row-major. */
export interface OnnxTensor {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

export type OnnxAttribute =
  number | string | readonly number[] | { readonly float: number } | { readonly floats: readonly number[] };

export interface OnnxNode {
  readonly op: string;
  /** Operator set domain; empty for the standard one. */
  readonly domain?: string;
  readonly name?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** A plain number is an INT attribute, a plain list INTS; `{ float }` and `{ floats }` mark the others. */
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

export interface OnnxValue {
  readonly name: string;
  readonly type: ElementType;
  /** A string is a symbolic dimension. */
  readonly shape: readonly (number | string)[];
}

export interface OnnxGraph {
  readonly name: string;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxTensor[];
  readonly doc?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Version of the standard operator set; {@link OPSET} where it is not given. */
  readonly opset?: number;
}

/** Standard operator set that training steps are written in. */
export const OPSET = 18;

const ELEMENT_CODE: Record<ElementType, number> = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 };
const enumOf = { float: 1, int: 2, string: 3, floats: 6, ints: 7 } as const;

const repeated = (type: string, id: number) => ({ rule: 'repeated', type, id });
const one = (type: string, id: number) => ({ type, id });

/** The part of onnx.proto3 that is written here; field numbers as published. */
const root = protobuf.Root.fromJSON({
  nested: {
    Entry: { fields: { key: one('string', 1), value: one('string', 2) } },
    Opset: { fields: { domain: one('string', 1), version: one('int64', 2) } },
    Dimension: { fields: { dimValue: one('int64', 1), dimParam: one('string', 2) } },
    Shape: { fields: { dim: repeated('Dimension', 1) } },
    TensorType: { fields: { elemType: one('int32', 1), shape: one('Shape', 2) } },
    Type: { fields: { tensorType: one('TensorType', 1) } },
    ValueInfo: { fields: { name: one('string', 1), type: one('Type', 2) } },
    Tensor: {
      fields: {
        dims: repeated('int64', 1),
        dataType: one('int32', 2),
        name: one('string', 8),
        rawData: one('bytes', 9),
      },
    },
    Attribute: {
      fields: {
        name: one('string', 1),
        f: one('float', 2),
        i: one('int64', 3),
        s: one('bytes', 4),
        floats: repeated('float', 7),
        ints: repeated('int64', 8),
        type: one('int32', 20),
      },
    },
    Node: {
      fields: {
        input: repeated('string', 1),
        output: repeated('string', 2),
        name: one('string', 3),
        opType: one('string', 4),
        attribute: repeated('Attribute', 5),
        domain: one('string', 7),
      },
    },
    Graph: {
      fields: {
        node: repeated('Node', 1),
        name: one('string', 2),
        initializer: repeated('Tensor', 5),
        docString: one('string', 10),
        input: repeated('ValueInfo', 11),
        output: repeated('ValueInfo', 12),
      },
    },
    Model: {
      fields: {
        irVersion: one('int64', 1),
        producerName: one('string', 2),
        graph: one('Graph', 7),
        opsetImport: repeated('Opset', 8),
        metadataProps: repeated('Entry', 14),
      },
    },
  },
});
const Model = root.lookupType('Model');
const Graph = root.lookupType('Graph');
const Entry = root.lookupType('Entry');
const Node = root.lookupType('Node');
const Value = root.lookupType('ValueInfo');
const Tensor = root.lookupType('Tensor');

/** Numbers of the fields that are written by hand, so that no weight is copied more than once. */
const FIELD = { modelGraph: 7, graphInitializer: 5, tensorRawData: 9 } as const;

/** A message as protobufjs takes and gives it. */
type Message = Readonly<Record<string, unknown>>;

function attribute(name: string, value: OnnxAttribute): object {
  if (typeof value === 'number') return { name, i: value, type: enumOf.int };
  if (typeof value === 'string') return { name, s: new TextEncoder().encode(value), type: enumOf.string };
  if ('float' in value) return { name, f: value.float, type: enumOf.float };
  if ('floats' in value) return { name, floats: value.floats, type: enumOf.floats };
  return { name, ints: value, type: enumOf.ints };
}

function valueInfo(value: OnnxValue): object {
  if (value.shape === undefined)
    return { name: value.name, type: { tensorType: { elemType: ELEMENT_CODE[value.type] } } };
  const dim = value.shape.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name: value.name, type: { tensorType: { elemType: ELEMENT_CODE[value.type], shape: { dim } } } };
}

const nodeMessage = (node: OnnxNode): Message => ({
  input: node.inputs,
  output: node.outputs,
  name: node.name ?? '',
  opType: node.op,
  domain: node.domain ?? '',
  attribute: Object.entries(node.attributes ?? {}).map(([name, value]) => attribute(name, value)),
});

const tensorMessage = ({ name, type, shape, data }: OnnxTensor): Message => ({
  dims: shape,
  dataType: ELEMENT_CODE[type],
  name,
  rawData: data,
});

/** A NodeProto, a TensorProto, an entry of the metadata, a ValueInfoProto by themselves, to be put into a model that is there. */
export const encodeNode = (node: OnnxNode): Uint8Array => Node.encode(nodeMessage(node)).finish();
export const encodeTensor = (tensor: OnnxTensor): Uint8Array => Tensor.encode(tensorMessage(tensor)).finish();
export const encodeMetadata = (key: string, value: string): Uint8Array => Entry.encode({ key, value }).finish();
export const encodeValue = (value: OnnxValue): Uint8Array => Value.encode(valueInfo(value)).finish();

/** Field number and length of a field of bytes, as they stand in a message. */
function fieldHead(field: number, length: number): Uint8Array {
  const LENGTH_DELIMITED = 2;
  return protobuf.Writer.create()
    .uint32((field << 3) | LENGTH_DELIMITED)
    .uint32(length)
    .finish();
}

/** The bytes of a model, put together once: the weights are copied from where they are to where they belong. */
function join(model: Message, graph: Message, tensors: readonly Message[]): Uint8Array {
  const body: Uint8Array[] = [Graph.encode(graph).finish()];
  for (const { rawData, ...rest } of tensors) {
    const data = rawData as Uint8Array;
    const head = [Tensor.encode(rest).finish(), fieldHead(FIELD.tensorRawData, data.length)];
    body.push(fieldHead(FIELD.graphInitializer, lengthOf(head) + data.length), ...head, data);
  }
  const parts = [Model.encode(model).finish(), fieldHead(FIELD.modelGraph, lengthOf(body)), ...body];
  const bytes = new Uint8Array(lengthOf(parts));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

const lengthOf = (parts: readonly Uint8Array[]): number => parts.reduce((sum, { length }) => sum + length, 0);

/** The bytes of the model; the same graph gives the same bytes. */
export function encodeModel(graph: OnnxGraph): Uint8Array {
  const domains = new Set(graph.nodes.map((node) => node.domain ?? ''));
  return join(
    {
      irVersion: 8,
      producerName: 'pipe',
      opsetImport: [
        { domain: '', version: graph.opset ?? OPSET },
        ...[...domains].filter((domain) => domain !== '').map((domain) => ({ domain, version: 1 })),
      ],
      metadataProps: Object.entries(graph.metadata ?? {}).map(([key, value]) => ({ key, value })),
    },
    {
      name: graph.name,
      docString: graph.doc ?? '',
      node: graph.nodes.map(nodeMessage),
      input: graph.inputs.map(valueInfo),
      output: graph.outputs.map(valueInfo),
    },
    graph.constants.map(tensorMessage),
  );
}

interface DecodedModel {
  readonly graph: Message & { readonly initializer: readonly Message[] };
  readonly metadataProps: readonly { readonly key: string; readonly value: string }[];
}

/** The metadata of a model. */
export function modelMetadata(bytes: Uint8Array): ReadonlyMap<string, string> {
  const { metadataProps } = Model.decode(bytes) as unknown as DecodedModel;
  return new Map(metadataProps.map(({ key, value }) => [key, value]));
}

/** The float32 constants of a model written here, by name. */
export function floatConstants(
  bytes: Uint8Array,
): ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }> {
  const { graph } = Model.decode(bytes) as unknown as { readonly graph: { readonly initializer: readonly Message[] } };
  return new Map(
    graph.initializer
      .filter(({ dataType }) => dataType === ELEMENT_CODE.float32)
      .map(({ name, dims, rawData }) => {
        // A copy: where protobufjs gives a Buffer, its memory may be shared and out of step.
        const raw = new Uint8Array(rawData as Uint8Array);
        return [
          name as string,
          { shape: ((dims ?? []) as readonly unknown[]).map(Number), data: new Float32Array(raw.buffer) },
        ];
      }),
  );
}
