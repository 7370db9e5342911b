// The distance of two float32 rows, summed in float64 from the first value to the last: the same number on every processor.

/** ‖x − y‖², exactly zero where the two are equal; `x` and `y` are offsets into `rows`. */
export function squaredDistance(rows: Float32Array, x: number, y: number, dimension: number): number {
  let sum = 0;
  for (let d = 0; d < dimension; d += 1) sum += (rows[x + d]! - rows[y + d]!) ** 2;
  return sum;
}
