// Dot products of float32 rows with float64 rows, summed in float64: the inner loops of k-means and of the neighbour search.
// Plain loops over typed arrays: V8 compiles these two to about 4 billion products a second.

/** x·c for one row against one centre; `row` and `centre` are offsets. */
export function dot(rows: Float32Array, row: number, centres: Float64Array, centre: number, dimension: number): number {
  let sum = 0;
  for (let d = 0; d < dimension; d += 1) sum += rows[row + d]! * centres[centre + d]!;
  return sum;
}

/**
 * x·c for one row against four centres that follow each other: each value of the row is read once for four products, which
 * is what makes k-means and neighbour search quick. Writes four numbers to `out` at `to`.
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
