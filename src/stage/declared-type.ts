// What a stage of the user's own made, held to the type that its stage declares (`Features<40, 3>`): its sizes, the length of rows where it
// promises one, and that every number is one. In: a value and a type; out: an error for the user, or nothing. It knows nothing of how it was made.
import type { ArtifactKind, ArtifactValues, Features } from '../artifacts/artifact.ts';
import { StageError } from './stage-error.ts';

const UNIT_FEATURES = 'UnitFeatures';
/** How far from 1 the length of a row of UnitFeatures may be: half precision has three digits. */
const UNIT_TOLERANCE = 2e-3;

/**
 * @param made who made it, for messages: `its command wrote`
 * @throws StageError where the value is not of that type
 */
export function holdToType(
  made: string,
  name: string,
  kind: ArtifactKind,
  type: string,
  value: ArtifactValues[ArtifactKind],
): void {
  const wanted = /<(.*)>$/.exec(type)?.[1]?.split(', ') ?? [];
  const sizes = sizesOf(kind, value);
  if (sizes !== undefined && wanted.some((size, at) => /^\d+$/.test(size) && Number(size) !== sizes[at]))
    throw new StageError(`${made} ${kind}<${sizes.join(', ')}> as ${name}, and the stage declares ${type}`);
  const stray = type.startsWith(UNIT_FEATURES) ? strayRow(value as Features) : undefined;
  if (stray !== undefined)
    throw new StageError(
      `${made} a row of length ${stray.length} as ${name} (row ${stray.row}), and the stage declares ${type}`,
      'Divide each row by its length, or declare Features and use normalise of "std/representation".',
    );
  for (const [field, numbers] of numbersOf(kind, value)) {
    const at = numbers.findIndex((number) => !Number.isFinite(number));
    if (at >= 0) throw new StageError(`${made} ${numbers[at]} in ${name}: ${field}[${at}] is not a finite number`);
  }
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

function numbersOf(
  kind: ArtifactKind,
  value: ArtifactValues[ArtifactKind],
): readonly (readonly [string, Float32Array])[] {
  const of = value as never;
  const read: { readonly [K in ArtifactKind]?: (value: ArtifactValues[K]) => readonly [string, Float32Array][] } = {
    Features: ({ data }) => [['data', data]],
    Clusters: ({ centres }) => [['centres', centres]],
    Embedding: ({ points }) => [['points', points]],
  };
  return (read[kind] as ((value: never) => readonly [string, Float32Array][]) | undefined)?.(of) ?? [];
}
