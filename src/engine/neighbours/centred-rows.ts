// Rows where rounding does their distances least harm. In: rows of finite numbers; out: (row − means) / scale, all in -1..1, and their lengths.
import type { FeatureRows } from '../cluster/points.ts';

export interface CentredRows {
  /** count × dimension, row-major. */
  readonly rows: Float32Array;
  /** Squared length of each row. */
  readonly norms: Float64Array;
  /** A power of two, so that dividing by it rounds nothing: distances are those of the rows given, divided by it. */
  readonly scale: number;
}

export function centredRows({ count, dimension, data }: FeatureRows): CentredRows {
  const means = new Float64Array(dimension);
  for (let i = 0, at = 0; i < count; i += 1) for (let d = 0; d < dimension; d += 1, at += 1) means[d]! += data[at]!;
  for (let d = 0; d < dimension; d += 1) means[d]! /= count;
  let largest = 0;
  for (let i = 0, at = 0; i < count; i += 1)
    for (let d = 0; d < dimension; d += 1, at += 1) largest = Math.max(largest, Math.abs(data[at]! - means[d]!));
  const scale = largest === 0 ? 1 : 2 ** Math.ceil(Math.log2(largest));
  const rows = new Float32Array(data.length);
  const norms = new Float64Array(count);
  for (let i = 0, at = 0; i < count; i += 1) {
    let norm = 0;
    for (let d = 0; d < dimension; d += 1, at += 1) {
      rows[at] = (data[at]! - means[d]!) / scale;
      norm += rows[at]! ** 2;
    }
    norms[i] = norm;
  }
  return { rows, norms, scale };
}
