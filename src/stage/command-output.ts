// A file that a command wrote → the artifact in it, held to the type that its stage declares. In: bytes, a kind, a type as it is written
// (`Features<40, 3>`); out: the value. It knows nothing of how the command was run.
import { ArtifactError } from '../artifacts/artifact-error.ts';
import type { ArtifactKind, ArtifactValues, Features } from '../artifacts/artifact.ts';
import { decodeArtifact, fileExtension } from '../artifacts/codec.ts';
import { StageError } from './stage.ts';

const UNIT_FEATURES = 'UnitFeatures';
/** How far from 1 the length of a row of UnitFeatures may be: half precision has three digits. */
const UNIT_TOLERANCE = 2e-3;

/** @throws StageError where it is no artifact of that kind, or not of that type */
export function heldToType(name: string, kind: ArtifactKind, type: string, bytes: Uint8Array): unknown {
  let value: ArtifactValues[ArtifactKind];
  try {
    value = decodeArtifact(kind, bytes);
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    const hint =
      fileExtension(kind) === '.safetensors'
        ? `A safetensors file says what it holds: metadata {"kind": "${kind}"}.`
        : undefined;
    throw new StageError(`what its command wrote as ${name} is no ${kind}: ${error.message}`, hint);
  }
  const wanted = /<(.*)>$/.exec(type)?.[1]?.split(', ') ?? [];
  const sizes = sizesOf(kind, value);
  if (sizes !== undefined && wanted.some((size, at) => /^\d+$/.test(size) && Number(size) !== sizes[at]))
    throw new StageError(`its command wrote ${kind}<${sizes.join(', ')}> as ${name}, and the stage declares ${type}`);
  const stray = type.startsWith(UNIT_FEATURES) ? strayRow(value as Features) : undefined;
  if (stray !== undefined)
    throw new StageError(
      `its command wrote a row of length ${stray.length} as ${name} (row ${stray.row}), and the stage declares ${type}`,
      'Divide each row by its length, or declare Features and use normalise of "std/representation".',
    );
  return value;
}

/** The first row whose length is not 1. A row of zeros has no direction, and is left as it is by `normalise`, too. */
function strayRow({ count, dimension, data }: Features): { readonly row: number; readonly length: number } | undefined {
  for (let row = 0; row < count; row += 1) {
    const values = data.subarray(row * dimension, (row + 1) * dimension);
    const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
    if (length !== 0 && !(Math.abs(length - 1) <= UNIT_TOLERANCE))
      return { row, length: Number(length.toPrecision(4)) };
  }
  return undefined;
}

/** The dimensions of a value in the order of its type; undefined where they do not stand in it. */
function sizesOf(kind: ArtifactKind, value: ArtifactValues[ArtifactKind]): readonly number[] | undefined {
  const of = value as never;
  const read: { readonly [K in ArtifactKind]?: (value: ArtifactValues[K]) => readonly number[] } = {
    Images: ({ count, height, width, channels }) => [count, height, width, channels],
    Labels: ({ values, names }) => [values.length, names.length],
    Encoder: ({ height, width, channels, dimension }) => [height, width, channels, dimension],
    Features: ({ count, dimension }) => [count, dimension],
    Clusters: ({ assignments, k }) => [assignments.length, k],
  };
  return (read[kind] as ((value: never) => readonly number[]) | undefined)?.(of);
}
