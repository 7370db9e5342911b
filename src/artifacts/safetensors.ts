// The safetensors file format (https://github.com/huggingface/safetensors): an 8-byte little-endian header length, a JSON header,
// then the tensors' bytes. In: named typed arrays; out: the same bytes for the same tensors, whatever their order.
// It must not know what the tensors mean.
import { ArtifactError } from './artifact-error.ts';

export type TensorData = Uint8Array | Int32Array | Float32Array | Float64Array;

/** A dense row-major array; `data` has as many values as the product of `shape`. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: TensorData;
}

export interface TensorFile {
  readonly tensors: Readonly<Record<string, StoredTensor>>;
  /** Free text by key, kept in the header. */
  readonly metadata: Readonly<Record<string, string>>;
}

interface ElementType {
  readonly name: string;
  readonly bytes: number;
  is(data: TensorData): boolean;
  view(buffer: ArrayBufferLike, offset: number, length: number): TensorData;
}

// Widest first: this is also the order of the tensors in a file, so that each starts aligned.
const ELEMENT_TYPES: readonly ElementType[] = [
  { name: 'F64', bytes: 8, is: (data) => data instanceof Float64Array, view: (b, o, n) => new Float64Array(b, o, n) },
  { name: 'F32', bytes: 4, is: (data) => data instanceof Float32Array, view: (b, o, n) => new Float32Array(b, o, n) },
  { name: 'I32', bytes: 4, is: (data) => data instanceof Int32Array, view: (b, o, n) => new Int32Array(b, o, n) },
  { name: 'U8', bytes: 1, is: (data) => data instanceof Uint8Array, view: (b, o, n) => new Uint8Array(b, o, n) },
];

const METADATA = '__metadata__';
/** The format's own limit on the header, in bytes. */
const HEADER_LIMIT = 100_000_000;

/**
 * The file of these tensors. Keys and tensors are sorted, the header is padded to 8 bytes: equal content gives equal bytes.
 * @throws ArtifactError where a shape does not fit its data, or the element type has no place in the format.
 */
export function writeSafetensors(content: TensorFile): Uint8Array {
  const parts = safetensorsParts(content);
  const file = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

/** The same file in parts that follow one another: its head, then the tensors' own bytes, not copied. */
export function safetensorsParts({ tensors, metadata }: TensorFile): readonly Uint8Array[] {
  const entries = Object.entries(tensors).map(([name, tensor]) => ({
    name,
    tensor,
    type: elementTypeOf(name, tensor),
  }));
  entries.sort((a, b) => ELEMENT_TYPES.indexOf(a.type) - ELEMENT_TYPES.indexOf(b.type) || compare(a.name, b.name));
  const head = headerOf(
    entries.map(({ name, tensor, type }) => ({ name, type, shape: tensor.shape, bytes: tensor.data.byteLength })),
    metadata,
  );
  return [
    head,
    ...entries.map(({ tensor: { data } }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ];
}

/** All of a file with one tensor of bytes that stands before its values: for a tensor that is written piece by piece. */
export function safetensorsHeader(
  name: string,
  shape: readonly number[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const type = ELEMENT_TYPES.find((candidate) => candidate.name === 'U8')!;
  const bytes = shape.reduce((product, length) => product * length, 1);
  return headerOf([{ name, type, shape, bytes }], metadata);
}

function headerOf(
  entries: readonly {
    readonly name: string;
    readonly type: ElementType;
    readonly shape: readonly number[];
    readonly bytes: number;
  }[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const fields: [string, unknown][] = [];
  const keys = Object.keys(metadata).sort(compare);
  if (keys.length > 0) fields.push([METADATA, Object.fromEntries(keys.map((key) => [key, metadata[key]]))]);
  let offset = 0;
  for (const { name, type, shape, bytes } of entries) {
    fields.push([name, { dtype: type.name, shape, data_offsets: [offset, offset + bytes] }]);
    offset += bytes;
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(fields)));
  const header = new Uint8Array(8 + Math.ceil(text.length / 8) * 8).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(header.length - 8), true);
  header.set(text, 8);
  return header;
}

/**
 * The tensors of a file, as views of `bytes` where their alignment allows it, else as copies.
 * @throws ArtifactError where the bytes are not a whole safetensors file: header, types, shapes and offsets are all checked.
 */
export function readSafetensors(bytes: Uint8Array): TensorFile {
  const header = readHeader(bytes);
  const body = bytes.subarray(header.end);
  const tensors: Record<string, StoredTensor> = {};
  const ranges: [number, number][] = [];
  let metadata: Readonly<Record<string, string>> = {};
  for (const [name, entry] of Object.entries(header.entries)) {
    if (name === METADATA) {
      metadata = readMetadata(entry);
      continue;
    }
    const { type, shape, from, to } = readEntry(name, entry, body.length);
    const at = body.byteOffset + from;
    const aligned = at % type.bytes === 0;
    // Not body.slice(): a Buffer's slice is a view.
    const buffer = aligned ? body.buffer : Uint8Array.from(body.subarray(from, to)).buffer;
    tensors[name] = { shape, data: type.view(buffer, aligned ? at : 0, (to - from) / type.bytes) };
    ranges.push([from, to]);
  }
  checkCoverage(ranges, body.length);
  return { tensors, metadata };
}

function readHeader(bytes: Uint8Array): { entries: object; end: number } {
  if (bytes.length < 8)
    throw new ArtifactError(`not a safetensors file: ${bytes.length} bytes, fewer than its 8-byte length field`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > BigInt(HEADER_LIMIT))
    throw new ArtifactError(`not a safetensors file: its header would be ${length} bytes`);
  const end = 8 + Number(length);
  if (bytes.length < end) {
    throw new ArtifactError(
      `a truncated safetensors file: its header ends at byte ${end}, the file at ${bytes.length}`,
    );
  }
  let entries: unknown;
  try {
    entries = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, end)));
  } catch {
    throw new ArtifactError('not a safetensors file: its header is not JSON');
  }
  if (!isRecord(entries)) throw new ArtifactError('not a safetensors file: its header is not a JSON object');
  return { entries, end };
}

function readMetadata(entry: unknown): Readonly<Record<string, string>> {
  if (!isRecord(entry) || !Object.values(entry).every((value) => typeof value === 'string')) {
    throw new ArtifactError(`a damaged safetensors file: ${METADATA} is not a map of strings`);
  }
  return entry as Readonly<Record<string, string>>;
}

function readEntry(name: string, entry: unknown, bodyLength: number) {
  const damaged = (what: string) => new ArtifactError(`a damaged safetensors file: tensor "${name}" ${what}`);
  if (!isRecord(entry)) throw damaged('has no description');
  const type = ELEMENT_TYPES.find((candidate) => candidate.name === entry['dtype']);
  if (type === undefined)
    throw damaged(
      `has the element type ${JSON.stringify(entry['dtype'])}, not one of ${ELEMENT_TYPES.map((t) => t.name).join(', ')}`,
    );
  const shape = entry['shape'];
  if (!isWholeNumbers(shape)) throw damaged('has no shape of whole numbers');
  const offsets = entry['data_offsets'];
  if (!isWholeNumbers(offsets) || offsets.length !== 2) throw damaged('has no pair of offsets');
  const [from, to] = offsets as [number, number];
  if (from > to || to > bodyLength)
    throw damaged(`lies at bytes ${from}..${to}, but the file holds ${bodyLength} bytes of tensors`);
  const expected = shape.reduce((product, length) => product * length, type.bytes);
  if (to - from !== expected)
    throw damaged(`of shape [${shape.join(', ')}] needs ${expected} bytes and has ${to - from}`);
  return { type, shape, from, to };
}

/** The format allows neither holes nor overlaps, so that no byte of a file goes unread. */
function checkCoverage(ranges: [number, number][], length: number): void {
  let at = 0;
  for (const [from, to] of ranges.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (from !== at)
      throw new ArtifactError(
        `a damaged safetensors file: tensors leave a hole or overlap at byte ${Math.min(at, from)}`,
      );
    at = to;
  }
  if (at !== length) throw new ArtifactError(`a damaged safetensors file: ${length - at} bytes after the last tensor`);
}

function elementTypeOf(name: string, { shape, data }: StoredTensor): ElementType {
  const type = ELEMENT_TYPES.find((candidate) => candidate.is(data));
  if (name === METADATA || type === undefined)
    throw new ArtifactError(`no place for tensor "${name}" in a safetensors file`);
  const size = shape.reduce((product, length) => product * length, 1);
  if (!isWholeNumbers(shape) || size !== data.length) {
    throw new ArtifactError(`tensor "${name}" of shape [${shape.join(', ')}] has ${data.length} values`);
  }
  return type;
}

function isWholeNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** By code unit, not by locale: the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
