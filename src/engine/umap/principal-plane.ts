// The two directions in which rows vary most, and the rows seen in them: where a map starts from. In: rows; out: two coordinates each.
import type { RandomStream } from '../../random/random.ts';
import type { FeatureRows } from '../cluster/points.ts';

/** Rounds of subspace iteration: the start of a map needs no more than a few digits. */
const ROUNDS = 60;

/** Rows that the directions are found from; more would not change what can be seen of a start. */
const SAMPLE = 10_000;

/** Coordinates of the rows along their first two principal components, about the mean: x, y of each. Zeros where rows do not vary. */
export function principalPlane({ count, dimension, data }: FeatureRows, random: RandomStream): Float64Array {
  const mean = new Float64Array(dimension);
  for (let i = 0, at = 0; i < count; i += 1) {
    for (let d = 0; d < dimension; d += 1, at += 1) mean[d]! += data[at]! / count;
  }
  // Evenly spaced rows.
  const used = Math.min(count, SAMPLE);
  const centred = new Float64Array(used * dimension);
  for (let i = 0, at = 0; i < used; i += 1) {
    const row = Math.floor((i * count) / used) * dimension;
    for (let d = 0; d < dimension; d += 1, at += 1) centred[at] = data[row + d]! - mean[d]!;
  }

  const axes: Axes = [
    Float64Array.from({ length: dimension }, () => random.normal()),
    Float64Array.from({ length: dimension }, () => random.normal()),
  ];
  for (let round = 0; round < ROUNDS; round += 1) {
    orthonormalise(axes);
    multiplyByCovariance(centred, axes);
  }
  orthonormalise(axes);
  const [first, second] = axes;
  const coordinates = new Float64Array(2 * count);
  for (let i = 0, at = 0; i < count; i += 1) {
    for (let d = 0; d < dimension; d += 1, at += 1) {
      const value = data[at]! - mean[d]!;
      coordinates[2 * i]! += value * first[d]!;
      coordinates[2 * i + 1]! += value * second[d]!;
    }
  }
  return coordinates;
}

type Axes = readonly [Float64Array, Float64Array];

/** axes ← rowsᵀ · (rows · axes): the covariance matrix, but for a factor, is never formed. */
function multiplyByCovariance(centred: Float64Array, [first, second]: Axes): void {
  const dimension = first.length;
  const [nextFirst, nextSecond] = [new Float64Array(dimension), new Float64Array(dimension)];
  for (let row = 0; row < centred.length; row += dimension) {
    let x = 0;
    let y = 0;
    for (let d = 0; d < dimension; d += 1) {
      x += centred[row + d]! * first[d]!;
      y += centred[row + d]! * second[d]!;
    }
    for (let d = 0; d < dimension; d += 1) {
      nextFirst[d]! += x * centred[row + d]!;
      nextSecond[d]! += y * centred[row + d]!;
    }
  }
  first.set(nextFirst);
  second.set(nextSecond);
}

/** Gram-Schmidt; an axis that vanishes stays zero. */
function orthonormalise([first, second]: Axes): void {
  normalise(first);
  const along = first.reduce((sum, value, d) => sum + value * second[d]!, 0);
  first.forEach((value, d) => (second[d]! -= along * value));
  normalise(second);
}

function normalise(axis: Float64Array): void {
  const length = Math.sqrt(axis.reduce((sum, value) => sum + value * value, 0));
  axis.forEach((value, d) => (axis[d] = length < 1e-300 ? 0 : value / length));
}
