// Between artifacts in memory and their files: one open format for each kind. In: a kind and a value or bytes; out: bytes or a value.
// The same value always gives the same bytes; decoding checks that the bytes are a whole, consistent artifact of that kind.
// It must not know where files lie.
import type {
  ArtifactKind,
  ArtifactValues,
  Clusters,
  Embedding,
  Encoder,
  Features,
  Images,
  Labels,
} from './artifact.ts';
import { ArtifactError } from './artifact-error.ts';
import { isArtifactKind } from './artifact-kinds.ts';
import { readOnnxMetadata } from './onnx-metadata.ts';
import {
  readSafetensors,
  safetensorsHeader,
  safetensorsParts,
  type StoredTensor,
  type TensorData,
  type TensorFile,
} from './safetensors.ts';
import { readTable, writeTable, type Tables } from './tables.ts';

interface Codec<T> {
  /** With its dot. */
  readonly extension: '.safetensors' | '.json' | '.onnx' | '.html';
  /** In parts that follow one another. Large tensors are their own part, not copied. */
  encode(value: T): readonly Uint8Array[];
  decode(bytes: Uint8Array): T;
}

const CODECS: { readonly [K in ArtifactKind]: Codec<ArtifactValues[K]> } = {
  Images: tensorCodec<Images>('Images', {
    encode: ({ count, height, width, channels, data }) => ({
      tensors: { images: { shape: [count, height, width, channels], data } },
      metadata: {},
    }),
    decode: (file) => {
      const { shape, data } = tensor(file, 'images', Uint8Array, 4);
      const [count, height, width, channels] = shape as [number, number, number, number];
      return { count, height, width, channels, data };
    },
  }),

  Labels: tensorCodec<Labels>('Labels', {
    encode: ({ values, names }) => {
      checkIndices('labels', values, names.length);
      return {
        tensors: { labels: { shape: [values.length], data: values } },
        metadata: { names: JSON.stringify(names) },
      };
    },
    decode: (file) => {
      const values = tensor(file, 'labels', Int32Array, 1).data;
      const names = nameList(file.metadata['names']);
      checkIndices('labels', values, names.length);
      return { values, names };
    },
  }),

  Features: tensorCodec<Features>('Features', {
    encode: ({ count, dimension, data }) => ({
      tensors: { features: { shape: [count, dimension], data } },
      metadata: {},
    }),
    decode: (file) => {
      const { shape, data } = tensor(file, 'features', Float32Array, 2);
      const [count, dimension] = shape as [number, number];
      return { count, dimension, data };
    },
  }),

  Clusters: tensorCodec<Clusters>('Clusters', {
    encode: ({ k, assignments, centres, inertia }) => {
      checkIndices('assignments', assignments, k);
      const dimension = k === 0 ? 0 : centres.length / k;
      return {
        tensors: {
          assignments: { shape: [assignments.length], data: assignments },
          centres: { shape: [k, dimension], data: centres },
          inertia: { shape: [], data: Float64Array.of(inertia) },
        },
        metadata: {},
      };
    },
    decode: (file) => {
      const assignments = tensor(file, 'assignments', Int32Array, 1).data;
      const centres = tensor(file, 'centres', Float32Array, 2);
      const inertia = tensor(file, 'inertia', Float64Array, 0).data;
      const k = centres.shape[0]!;
      checkIndices('assignments', assignments, k);
      return { k, assignments, centres: centres.data, inertia: inertia[0]! };
    },
  }),

  Embedding: tensorCodec<Embedding>('Embedding', {
    encode: ({ rows, points }) => ({
      tensors: { rows: { shape: [rows.length], data: rows }, points: { shape: [rows.length, 2], data: points } },
      metadata: {},
    }),
    decode: (file) => {
      const rows = tensor(file, 'rows', Int32Array, 1).data;
      const points = tensor(file, 'points', Float32Array, 2);
      if (points.shape[0] !== rows.length || points.shape[1] !== 2) {
        throw new ArtifactError(
          `points of shape [${points.shape.join(', ')}] for ${rows.length} rows; expected [${rows.length}, 2]`,
        );
      }
      return { rows, points: points.data };
    },
  }),

  Encoder: {
    extension: '.onnx',
    encode: (encoder) => {
      const stored = decodeEncoder(encoder.onnx);
      for (const name of ENCODER_SIZES) {
        if (stored[name] !== encoder[name]) {
          throw new ArtifactError(
            `an encoder of ${name} ${encoder[name]} whose model says pipe.${name} = ${stored[name]}`,
          );
        }
      }
      return [encoder.onnx];
    },
    decode: decodeEncoder,
  },

  Scores: tableCodec('Scores'),
  TrainingLog: tableCodec('TrainingLog'),
  Similarities: tableCodec('Similarities'),
  Table: tableCodec('Table'),
  Manifest: tableCodec('Manifest'),

  Page: {
    extension: '.html',
    encode: ({ html }) => [new TextEncoder().encode(html)],
    decode: (bytes) => {
      try {
        return { html: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
      } catch {
        throw new ArtifactError('the page is not UTF-8 text');
      }
    },
  },
};

/** The bytes of the file that holds `value`, put together. Errors as {@link artifactParts}. */
export function encodeArtifact<K extends ArtifactKind>(kind: K, value: ArtifactValues[K]): Uint8Array {
  const parts = artifactParts(kind, value);
  return parts.length === 1 ? parts[0]! : new Uint8Array(Buffer.concat(parts));
}

/**
 * The bytes of the file that holds `value`, in parts that follow one another and may share its memory.
 * @throws ArtifactError where the value contradicts itself: a shape that does not fit its data, an index out of range.
 */
export function artifactParts<K extends ArtifactKind>(kind: K, value: ArtifactValues[K]): readonly Uint8Array[] {
  return inKind(kind, 'cannot write', () => codecOf(kind).encode(value));
}

/**
 * The value in a file. Its arrays may share memory with `bytes`.
 * @throws ArtifactError where the bytes are damaged, or are another kind of artifact.
 */
export function decodeArtifact<K extends ArtifactKind>(kind: K, bytes: Uint8Array): ArtifactValues[K] {
  return inKind(kind, 'cannot read', () => codecOf(kind).decode(bytes));
}

/** What stands before the pixels in a file of images: for images that are written one after the other, because memory does not hold them all. */
export function imagesHeader({ count, height, width, channels }: Omit<Images, 'data'>): Uint8Array {
  return safetensorsHeader('images', [count, height, width, channels], { kind: 'Images' });
}

/** Extension of the file format of a kind, with its dot: `.safetensors`. */
export function fileExtension(kind: ArtifactKind): string {
  return codecOf(kind).extension;
}

function codecOf<K extends ArtifactKind>(kind: K): Codec<ArtifactValues[K]> {
  if (!isArtifactKind(kind)) throw new ArtifactError(`no artifact kind "${String(kind)}"`);
  return CODECS[kind];
}

function inKind<T>(kind: ArtifactKind, action: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ArtifactError) throw new ArtifactError(`${action} ${kind}: ${error.message}`);
    throw error;
  }
}

/** A safetensors file that says its kind in the header, so that one kind is never taken for another. */
function tensorCodec<T>(
  kind: ArtifactKind,
  codec: { encode(value: T): TensorFile; decode(file: TensorFile): T },
): Codec<T> {
  return {
    extension: '.safetensors',
    encode: (value) => {
      const { tensors, metadata } = codec.encode(value);
      return safetensorsParts({ tensors, metadata: { ...metadata, kind } });
    },
    decode: (bytes) => {
      const file = readSafetensors(bytes);
      if (file.metadata['kind'] !== kind) {
        throw new ArtifactError(
          `the file holds ${file.metadata['kind'] === undefined ? 'no artifact of pipe' : file.metadata['kind']}`,
        );
      }
      return codec.decode(file);
    },
  };
}

function tableCodec<K extends keyof Tables>(kind: K): Codec<Tables[K]> {
  return {
    extension: '.json',
    encode: (value) => [writeTable(kind, value)],
    decode: (bytes) => readTable(kind, bytes),
  };
}

function tensor<A extends TensorData>(
  file: TensorFile,
  name: string,
  type: abstract new (...args: never[]) => A,
  rank: number,
) {
  const found = Object.hasOwn(file.tensors, name) ? file.tensors[name] : undefined;
  if (found === undefined) throw new ArtifactError(`no tensor "${name}"`);
  if (!(found.data instanceof type)) {
    throw new ArtifactError(`tensor "${name}" is a ${found.data.constructor.name}, not a ${type.name}`);
  }
  if (found.shape.length !== rank) {
    throw new ArtifactError(`tensor "${name}" has shape [${found.shape.join(', ')}], not ${rank} dimensions`);
  }
  return found as StoredTensor & { readonly data: A };
}

function checkIndices(what: string, values: Int32Array, count: number): void {
  const at = values.findIndex((value) => value < 0 || value >= count);
  if (at >= 0) throw new ArtifactError(`${what}[${at}] is ${values[at]}, not in 0..${count - 1}`);
}

function nameList(text: string | undefined): readonly string[] {
  let names: unknown;
  try {
    names = JSON.parse(text ?? '');
  } catch {
    names = undefined;
  }
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string')) {
    throw new ArtifactError('the header has no list of class names');
  }
  return names;
}

const ENCODER_SIZES = ['height', 'width', 'channels', 'dimension'] as const;

/** The model is the file; its sizes stand in its metadata as `pipe.height`, `pipe.width`, `pipe.channels`, `pipe.dimension`. */
function decodeEncoder(onnx: Uint8Array): Encoder {
  const metadata = readOnnxMetadata(onnx);
  const [height, width, channels, dimension] = ENCODER_SIZES.map((name) => {
    const text = metadata.get(`pipe.${name}`);
    if (text === undefined) throw new ArtifactError(`the ONNX model has no metadata "pipe.${name}"`);
    const size = Number(text);
    if (!Number.isSafeInteger(size) || size < 1)
      throw new ArtifactError(`pipe.${name} is "${text}", not a positive whole number`);
    return size;
  }) as [number, number, number, number];
  return { onnx, height, width, channels, dimension };
}
