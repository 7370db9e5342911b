// The memory bank: one unit-norm feature row an image, kept on the host; a step reads it whole and never copies it (docs/methods.md §3.2).
import { RandomStream, type RandomKey } from '../../random/random.ts';
import type { TensorData } from '../runtime/session.ts';

/** Row-major [rows, dimension]. */
export interface MemoryBank {
  readonly rows: number;
  readonly dimension: number;
  readonly data: Float32Array;
}

/** Divides each row by its norm, at least 1e-12. In place. */
export function normaliseRowsInPlace(data: Float32Array, dimension: number): void {
  for (let start = 0; start < data.length; start += dimension) {
    let square = 0;
    for (let i = start; i < start + dimension; i += 1) square += data[i]! * data[i]!;
    const scale = 1 / Math.max(Math.sqrt(square), 1e-12);
    for (let i = start; i < start + dimension; i += 1) data[i] = data[i]! * scale;
  }
}

/** Uniform in ± 1/sqrt(d/3), not normalised: the start of the first papers. */
export function randomBank(rows: number, dimension: number, key: RandomKey): MemoryBank {
  const random = new RandomStream(key);
  const bound = 1 / Math.sqrt(dimension / 3);
  const data = new Float32Array(rows * dimension);
  for (let i = 0; i < data.length; i += 1) data[i] = random.uniform(-bound, bound);
  return { rows, dimension, data };
}

/** Features less their mean, normalised, in their place: where epochs are few this start decides everything (docs/methods.md §3.2, §7). */
export function centredBank(features: Float32Array, dimension: number): MemoryBank {
  const rows = features.length / dimension;
  const mean = new Float64Array(dimension);
  for (let start = 0; start < features.length; start += dimension)
    for (let i = 0; i < dimension; i += 1) mean[i]! += features[start + i]! / rows;
  for (let start = 0; start < features.length; start += dimension)
    for (let i = 0; i < dimension; i += 1) features[start + i] = features[start + i]! - mean[i]!;
  normaliseRowsInPlace(features, dimension);
  return { rows, dimension, data: features };
}

/** row ← normalise(momentum · row + (1 − momentum) · feature), for the rows of a batch. In place. */
export function updateBank(bank: MemoryBank, rows: Int32Array, features: Float32Array, momentum: number): void {
  const { dimension, data } = bank;
  rows.forEach((row, slot) => {
    const start = row * dimension;
    for (let i = 0; i < dimension; i += 1)
      data[start + i] = momentum * data[start + i]! + (1 - momentum) * features[slot * dimension + i]!;
    normaliseRowsInPlace(data.subarray(start, start + dimension), dimension);
  });
}

/** Rows of a bank that a step reads at once: their logits against a batch stay in the cache. */
const BLOCK_ROWS = 4096;

/** How a bank of so many rows is cut: the rows of each block. */
export function bankBlocks(rows: number): readonly number[] {
  return Array.from({ length: Math.ceil(rows / BLOCK_ROWS) }, (_, block) =>
    Math.min(BLOCK_ROWS, rows - block * BLOCK_ROWS),
  );
}

/** What a step reads of a bank: `<name>/0`, `<name>/1`, … are views of its blocks, `<own>` a copy of the batch's rows. */
export function bankInputs(bank: MemoryBank, name: string, own: string, rows: Int32Array): Record<string, TensorData> {
  const { dimension, data } = bank;
  const inputs: Record<string, TensorData> = {};
  let start = 0;
  bankBlocks(bank.rows).forEach((count, block) => {
    inputs[`${name}/${block}`] = {
      data: data.subarray(start * dimension, (start + count) * dimension),
      shape: [count, dimension],
    };
    start += count;
  });
  const copy = new Float32Array(rows.length * dimension);
  rows.forEach((row, slot) => copy.set(data.subarray(row * dimension, (row + 1) * dimension), slot * dimension));
  return { ...inputs, [own]: { data: copy, shape: [rows.length, dimension] } };
}
