// The queue of keys (He et al. 2020): the negatives of momentum contrast, kept on the host as a ring (docs/methods.md §3.10).
import { RandomStream, type RandomKey } from '../../random/random.ts';
import { normaliseRowsInPlace } from './memory-bank.ts';

/** Row-major [rows, dimension]. */
export interface KeyQueue {
  readonly rows: number;
  readonly dimension: number;
  readonly data: Float32Array;
}

/** Gaussian rows whose parts each have unit norm, as keys have. */
export function randomQueue(rows: number, parts: readonly number[], key: RandomKey): Float32Array {
  const dimension = parts.reduce((sum, length) => sum + length, 0);
  const random = new RandomStream(key);
  const data = new Float32Array(rows * dimension);
  for (let start = 0; start < data.length;) {
    for (const length of parts) {
      const part = data.subarray(start, start + length);
      for (let i = 0; i < length; i += 1) part[i] = random.normal();
      normaliseRowsInPlace(part, length);
      start += length;
    }
  }
  return data;
}

/** Replaces the oldest rows. `before`: rows put in until now. The queue must hold a whole number of such additions. */
export function enqueue({ data, dimension }: KeyQueue, keys: Float32Array, before: number): void {
  data.set(keys, (before * dimension) % data.length);
}

/** The first `columns` of the last `count` rows that were put in, oldest first, [count, columns]. */
export function latestColumns(
  { data, dimension, rows }: KeyQueue,
  before: number,
  count: number,
  columns: number,
): Float32Array {
  const latest = new Float32Array(count * columns);
  for (let slot = 0; slot < count; slot += 1) {
    const row = (((before - count + slot) % rows) + rows) % rows;
    latest.set(data.subarray(row * dimension, row * dimension + columns), slot * columns);
  }
  return latest;
}
