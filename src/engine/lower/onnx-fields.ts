// ONNX models that others wrote, field by field: what is not changed keeps its bytes, whatever operators, attributes and types it has. Field numbers
// as published in onnx.proto3.
import protobuf from 'protobufjs/minimal.js';

const LENGTH_DELIMITED = 2;

/** One field of a message. */
export interface Field {
  readonly number: number;
  /** With its tag and length, as it stood. */
  readonly bytes: Uint8Array;
  /** What is in it, of a field of bytes; nothing of others. */
  readonly content: Uint8Array;
}

/** Numbers of the fields that are looked at. */
export const MODEL = { graph: 7, opsets: 8, metadata: 14 } as const;
export const GRAPH = { node: 1, initializer: 5, input: 11, output: 12, valueInfo: 13 } as const;
export const NODE = { input: 1, output: 2, attribute: 5 } as const;
const TENSOR = { name: 8, dataLocation: 14 } as const;
const ATTRIBUTE = { graph: 6, graphs: 11 } as const;
const NOTHING = new Uint8Array(0);

/** The fields of a message in their order. Errors: RangeError where the bytes are no whole message. */
export function fieldsOf(message: Uint8Array): readonly Field[] {
  const reader = protobuf.Reader.create(message);
  const fields: Field[] = [];
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const tag = reader.uint32();
    let content: Uint8Array = NOTHING;
    if ((tag & 7) === LENGTH_DELIMITED) {
      const length = reader.uint32();
      if (reader.pos + length > reader.len)
        throw new RangeError(`a field runs over the end by ${reader.pos + length - reader.len} bytes`);
      content = message.subarray(reader.pos, reader.pos + length);
      reader.skip(length);
    } else {
      reader.skipType(tag & 7);
    }
    fields.push({ number: tag >>> 3, bytes: message.subarray(start, reader.pos), content });
  }
  return fields;
}

/** A field of bytes, from parts that are copied once. */
export function bytesField(number: number, parts: readonly Uint8Array[]): readonly Uint8Array[] {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const head = protobuf.Writer.create()
    .uint32((number << 3) | LENGTH_DELIMITED)
    .uint32(length)
    .finish();
  return [head, ...parts];
}

export const textOf = (content: Uint8Array): string =>
  Buffer.from(content.buffer, content.byteOffset, content.length).toString('utf8');
const textField = (number: number, text: string): Uint8Array =>
  Buffer.concat(bytesField(number, [new TextEncoder().encode(text)]));

/** Names in a node, and whether it holds graphs of its own, which may use names from outside. */
export function readNode(node: Uint8Array): {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly holdsGraphs: boolean;
} {
  const fields = fieldsOf(node);
  const texts = (number: number): string[] =>
    fields.filter((one) => one.number === number).map(({ content }) => textOf(content));
  const holdsGraphs = fields.some(
    ({ number, content }) =>
      number === NODE.attribute &&
      fieldsOf(content).some((one) => one.number === ATTRIBUTE.graph || one.number === ATTRIBUTE.graphs),
  );
  return { inputs: texts(NODE.input), outputs: texts(NODE.output), holdsGraphs };
}

/** A node in which names are replaced. */
export function renamedNode(node: Uint8Array, names: ReadonlyMap<string, string>): Uint8Array {
  return Buffer.concat(
    fieldsOf(node).map(({ number, bytes, content }) => {
      const name = number === NODE.input || number === NODE.output ? names.get(textOf(content)) : undefined;
      return name === undefined ? bytes : textField(number, name);
    }),
  );
}

/** Name of an initializer, and whether its numbers are in a file beside the model. */
export function readTensor(tensor: Uint8Array): { readonly name: string; readonly external: boolean } {
  const fields = fieldsOf(tensor);
  return {
    name: textOf(fields.find(({ number }) => number === TENSOR.name)?.content ?? NOTHING),
    external: fields.some(({ number, bytes }) => number === TENSOR.dataLocation && bytes.at(-1) === 1),
  };
}

/** An initializer under another name. */
export function renamedTensor(tensor: Uint8Array, name: string): Uint8Array {
  return Buffer.concat([
    ...fieldsOf(tensor)
      .filter(({ number }) => number !== TENSOR.name)
      .map(({ bytes }) => bytes),
    textField(TENSOR.name, name),
  ]);
}

/** What a model says of a value: its element type by ONNX's number, and its shape, where an axis of any length is a name. */
export interface ReadValue {
  readonly name: string;
  readonly element: number;
  /** Nothing where the model does not say. */
  readonly shape: readonly (number | string)[] | undefined;
}

/** ValueInfoProto {name = 1, type = 2 {tensor_type = 1 {elem_type = 1, shape = 2 {dim = 1 {dim_value = 1, dim_param = 2}}}}}. */
export function readValue(value: Uint8Array): ReadValue {
  const within = (message: Uint8Array | undefined, number: number): Uint8Array | undefined =>
    message === undefined ? undefined : contentOf(message, number);
  const tensor = within(within(value, 2), 1);
  const shape = within(tensor, 2);
  return {
    name: textOf(within(value, 1) ?? NOTHING),
    element: tensor === undefined ? 0 : numberIn(tensor, 1),
    shape:
      shape === undefined
        ? undefined
        : fieldsOf(shape).map(({ content }) => {
            const name = within(content, 2);
            const size = numberIn(content, 1);
            return name === undefined && size > 0 ? size : textOf(name ?? NOTHING) || '?';
          }),
  };
}

/** OperatorSetIdProto {domain = 1, version = 2}. */
export function readOpset(opset: Uint8Array): { readonly domain: string; readonly version: number } {
  return { domain: textOf(contentOf(opset, 1) ?? NOTHING), version: numberIn(opset, 2) };
}

/** StringStringEntryProto {key = 1, value = 2}. */
export function readEntry(entry: Uint8Array): { readonly key: string; readonly value: string } {
  return { key: textOf(contentOf(entry, 1) ?? NOTHING), value: textOf(contentOf(entry, 2) ?? NOTHING) };
}

/** The bytes in the first field of that number. */
function contentOf(message: Uint8Array, number: number): Uint8Array | undefined {
  return fieldsOf(message).find((one) => one.number === number)?.content;
}

/** A whole number in a message; 0 where it is not there. */
function numberIn(message: Uint8Array, number: number): number {
  const field = fieldsOf(message).find((one) => one.number === number);
  if (field === undefined) return 0;
  const reader = protobuf.Reader.create(field.bytes);
  reader.uint32();
  return Number(reader.int64());
}
