// Labels that a network gives its own images where it is sure (Van Gansbeke et al. 2020, step 3; CDC §2.4; docs/methods.md §3.12).
import { largest } from './category-monitor.ts';

export interface PseudoLabels {
  /** [B, K]: the weight of an image in the column of its label; rows of zeros are those of images that are not sure. They sum to 1, or to 0 where none is. */
  readonly targets: Float32Array;
  readonly kept: number;
  /** Images of each category among those kept. */
  readonly counts: readonly number[];
}

export interface PseudoLabelOptions {
  /** K. */
  readonly count: number;
  readonly dimension: number;
  /** τ_c. */
  readonly temperature: number;
  /** Least probability of an image that is kept. */
  readonly threshold: number;
  /** A category weighs as much as another, however many images of it are kept. */
  readonly balance: boolean;
}

/** From feature vectors [B, dimension] whose first K columns are scores. */
export function pseudoLabels(features: Float32Array, options: PseudoLabelOptions): PseudoLabels {
  const { count, dimension, temperature, threshold, balance } = options;
  const rows = features.length / dimension;
  const labels = new Int32Array(rows).fill(-1);
  const counts = new Array<number>(count).fill(0);
  let kept = 0;
  for (let row = 0; row < rows; row += 1) {
    const scores = features.subarray(row * dimension, row * dimension + count);
    const best = largest(scores);
    let mass = 0;
    for (const score of scores) mass += Math.exp((score - scores[best]!) / temperature);
    if (!(1 / mass > threshold)) continue;
    labels[row] = best;
    counts[best]! += 1;
    kept += 1;
  }
  const weightOf = (label: number): number => (balance ? kept / counts[label]! : 1);
  let total = 0;
  for (const label of labels) if (label >= 0) total += weightOf(label);
  const targets = new Float32Array(rows * count);
  labels.forEach((label, row) => {
    if (label >= 0) targets[row * count + label] = weightOf(label) / total;
  });
  return { targets, kept, counts };
}
