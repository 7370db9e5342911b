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

/** Room for `k` centres, rounded up to a multiple of four for `dotFour`; the rest stays zero and is never looked at. */
export function centreBuffer(k: number, dimension: number): Float64Array {
  return new Float64Array(Math.ceil(k / 4) * 4 * dimension);
}
