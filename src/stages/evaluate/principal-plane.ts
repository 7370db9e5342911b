// The two directions in which rows vary most, and the rows seen in them: where a map starts from. In: rows; out: two coordinates each.
import type { RandomStream } from '../../random/random.ts';

/** Rounds of subspace iteration: the start of a map needs no more than a few digits. */
const ROUNDS = 60;

/** Coordinates of `count` rows along their first two principal components, about the mean: x, y of each. Zeros where rows do not vary. */
export function principalPlane(
  rows: Float32Array,
  count: number,
  dimension: number,
  random: RandomStream,
): Float64Array {
  const mean = new Float64Array(dimension);
  rows.forEach((value, at) => (mean[at % dimension]! += value / count));
  const centred = Float64Array.from(rows, (value, at) => value - mean[at % dimension]!);

  const axes = [0, 1].map(() => Float64Array.from({ length: dimension }, () => random.normal())) as [
    Float64Array,
    Float64Array,
  ];
  const coordinates = new Float64Array(2 * count);
  for (let round = 0; round < ROUNDS; round += 1) {
    orthonormalise(axes);
    project(centred, axes, count, dimension, coordinates);
    // One multiplication with the covariance matrix, which is never formed: axes ← rowsᵀ · (rows · axes).
    axes.forEach((axis, a) => {
      axis.fill(0);
      for (let i = 0, at = 0; i < count; i += 1) {
        const weight = coordinates[2 * i + a]!;
        for (let d = 0; d < dimension; d += 1, at += 1) axis[d]! += weight * centred[at]!;
      }
    });
  }
  orthonormalise(axes);
  project(centred, axes, count, dimension, coordinates);
  return coordinates;
}

function project(
  centred: Float64Array,
  [first, second]: readonly [Float64Array, Float64Array],
  count: number,
  dimension: number,
  coordinates: Float64Array,
): void {
  for (let i = 0, at = 0; i < count; i += 1) {
    let x = 0;
    let y = 0;
    for (let d = 0; d < dimension; d += 1, at += 1) {
      x += centred[at]! * first[d]!;
      y += centred[at]! * second[d]!;
    }
    coordinates[2 * i] = x;
    coordinates[2 * i + 1] = y;
  }
}

/** Gram-Schmidt; an axis that vanishes stays zero. */
function orthonormalise([first, second]: readonly [Float64Array, Float64Array]): void {
  normalise(first);
  const along = first.reduce((sum, value, d) => sum + value * second[d]!, 0);
  first.forEach((value, d) => (second[d]! -= along * value));
  normalise(second);
}

function normalise(axis: Float64Array): void {
  const length = Math.sqrt(axis.reduce((sum, value) => sum + value * value, 0));
  axis.forEach((value, d) => (axis[d] = length < 1e-300 ? 0 : value / length));
}
