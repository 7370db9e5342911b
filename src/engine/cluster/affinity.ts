// Rows → a sparse graph of their neighbours, weighted and normalised as self-tuning spectral clustering does (Zelnik-Manor, Perona 2004; docs/methods.md
// §4.2). In: each row's neighbours and distances; out: S = D^−½ A D^−½ by rows.
import type { Neighbours } from '../neighbours/nearest-neighbours.ts';

/** A square matrix by rows: those of row i stand at `starts[i]` to `starts[i + 1]`. */
export interface SparseMatrix {
  readonly size: number;
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

/** The neighbour whose distance is a row's own scale. */
const SCALE_NEIGHBOUR = 7;
/** Keeps divisors from being zero. */
const LEAST = 1e-12;

/** @param k neighbours of a row in `neighbours`, itself included; more than 7. */
export function normalisedAffinity({ indices, distances }: Neighbours, k: number): SparseMatrix {
  const size = indices.length / k;
  const scales = Float64Array.from({ length: size }, (_, row) => distances[row * k + SCALE_NEIGHBOUR]!);
  const rows = Array.from({ length: size }, () => new Map<number, number>());
  for (let row = 0; row < size; row += 1) {
    for (let at = row * k; at < (row + 1) * k; at += 1) {
      const other = indices[at]!;
      if (other === row) continue;
      const weight = Math.exp(-(distances[at]! ** 2) / (scales[row]! * scales[other]! + LEAST));
      // The same from either side: max(A, Aᵀ) only adds what one side lacks.
      rows[row]!.set(other, weight);
      rows[other]!.set(row, weight);
    }
  }
  const degrees = rows.map((row) => {
    let sum = LEAST;
    for (const weight of row.values()) sum += weight;
    return sum;
  });
  const starts = new Int32Array(size + 1);
  rows.forEach((row, at) => (starts[at + 1] = starts[at]! + row.size));
  const columns = new Int32Array(starts[size]!);
  const values = new Float64Array(starts[size]!);
  rows.forEach((row, i) => {
    [...row.entries()]
      .sort(([a], [b]) => a - b)
      .forEach(([j, weight], at) => {
        columns[starts[i]! + at] = j;
        values[starts[i]! + at] = weight / Math.sqrt(degrees[i]! * degrees[j]!);
      });
  });
  return { size, starts, columns, values };
}
