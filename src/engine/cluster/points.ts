// The rows that k-means groups, prepared once for all restarts. In: features; out: rows less their column means (distances stay as they are,
// their rounding gets smaller), squared norms, and the spread that the tolerance is measured against.
import type { Rows } from './centre-search.ts';

/** Features as they come: count × dimension, row-major. */
export interface FeatureRows {
  readonly count: number;
  readonly dimension: number;
  readonly data: Float32Array;
}

export interface Points extends Rows {
  /** count × dimension, row-major, columns of mean zero. */
  readonly rows: Float32Array;
  /** Squared length of each row. */
  readonly norms: Float64Array;
  /** What was subtracted from each column. */
  readonly means: Float64Array;
  /** Mean over the columns of their variance. */
  readonly variance: number;
}

/**
 * Every value must be finite.
 * @param centred false where directions matter, which subtracting means would change.
 */
export function preparePoints({ count, dimension, data }: FeatureRows, { centred = true } = {}): Points {
  const means = new Float64Array(dimension);
  for (let i = 0, at = 0; centred && i < count; i += 1) {
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
