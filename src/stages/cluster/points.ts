// The rows that k-means groups, prepared once for all restarts. In: features; out: rows less their column means (distances stay as they are,
// their rounding gets smaller), squared norms, and the spread that the tolerance is measured against.
import type { Features } from '../../artifacts/artifact.ts';
import { StageError } from '../../stage/stage.ts';

export interface Points {
  readonly count: number;
  readonly dimension: number;
  /** count × dimension, row-major, columns of mean zero. */
  readonly rows: Float32Array;
  /** Squared length of each row. */
  readonly norms: Float64Array;
  /** What was subtracted from each column. */
  readonly means: Float64Array;
  /** Mean over the columns of their variance. */
  readonly variance: number;
}

/** @throws StageError where a value is not finite, with its row and column. */
export function preparePoints({ count, dimension, data }: Features): Points {
  const stray = data.findIndex((value) => !Number.isFinite(value));
  if (stray >= 0) {
    throw new StageError(
      `kmeans: the features hold ${data[stray]} at row ${Math.floor(stray / dimension)}, column ${stray % dimension}`,
      'the training that made them has probably diverged: try a smaller learning rate',
    );
  }
  const means = new Float64Array(dimension);
  for (let i = 0, at = 0; i < count; i += 1) {
    for (let d = 0; d < dimension; d += 1, at += 1) means[d]! += data[at]!;
  }
  for (let d = 0; d < dimension; d += 1) means[d]! /= count;

  const rows = new Float32Array(data.length);
  const norms = new Float64Array(count);
  let spread = 0;
  for (let i = 0, at = 0; i < count; i += 1) {
    let norm = 0;
    for (let d = 0; d < dimension; d += 1, at += 1) {
      rows[at] = data[at]! - means[d]!;
      norm += rows[at]! ** 2;
    }
    norms[i] = norm;
    spread += norm;
  }
  return { count, dimension, rows, norms, means, variance: spread / (count * dimension) };
}

/** x·c for one row against one centre; `row` and `centre` are offsets. */
export function dot(rows: Float32Array, row: number, centres: Float64Array, centre: number, dimension: number): number {
  let sum = 0;
  for (let d = 0; d < dimension; d += 1) sum += rows[row + d]! * centres[centre + d]!;
  return sum;
}

/**
 * x·c for one row against four centres that follow each other: each value of the row is read once for four products, which
 * is what makes k-means quick here. Writes four numbers to `out` at `to`.
 */
export function dotFour(
  rows: Float32Array,
  row: number,
  centres: Float64Array,
  centre: number,
  dimension: number,
  out: Float64Array,
  to: number,
): void {
  const second = centre + dimension;
  const third = second + dimension;
  const fourth = third + dimension;
  let a = 0;
  let b = 0;
  let c = 0;
  let e = 0;
  for (let d = 0; d < dimension; d += 1) {
    const value = rows[row + d]!;
    a += value * centres[centre + d]!;
    b += value * centres[second + d]!;
    c += value * centres[third + d]!;
    e += value * centres[fourth + d]!;
  }
  out[to] = a;
  out[to + 1] = b;
  out[to + 2] = c;
  out[to + 3] = e;
}

/** Room for `k` centres, rounded up to a multiple of four for {@link dotFour}; the rest stays zero and is never looked at. */
export function centreBuffer(k: number, dimension: number): Float64Array {
  return new Float64Array(Math.ceil(k / 4) * 4 * dimension);
}
