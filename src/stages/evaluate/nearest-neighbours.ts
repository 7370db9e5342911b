// Exact nearest neighbours by comparing all rows, four at a time. In: rows; out: for each row its neighbours, itself first, and their distances.
import { dotFour } from '../dot-product.ts';

export interface Neighbours {
  /** count lists of k row indices, nearest first; the row itself leads. Equal distances go by index. */
  readonly indices: number[][];
  /** Euclidean distances to them. */
  readonly distances: number[][];
}

/**
 * The k nearest of `count` rows (itself included) for each of them; k ≤ count.
 * `turn` is called now and then with the number of rows done.
 */
export async function nearestNeighbours(
  rows: Float32Array,
  count: number,
  dimension: number,
  k: number,
  turn: (done: number) => Promise<void>,
): Promise<Neighbours> {
  const padded = new Float64Array(Math.ceil(count / 4) * 4 * dimension);
  padded.set(rows);
  const norms = Float64Array.from({ length: count }, (_, i) => {
    let sum = 0;
    for (let at = i * dimension; at < (i + 1) * dimension; at += 1) sum += rows[at]! ** 2;
    return sum;
  });
  const products = new Float64Array(padded.length / dimension);
  const nearest = new Int32Array(k);
  const squares = new Float64Array(k);
  const indices: number[][] = [];
  const distances: number[][] = [];
  for (let i = 0; i < count; i += 1) {
    if (i % 256 === 0) await turn(i);
    for (let j = 0; j < count; j += 4) dotFour(rows, i * dimension, padded, j * dimension, dimension, products, j);
    nearest[0] = i;
    squares[0] = 0;
    let found = 1;
    for (let j = 0; j < count; j += 1) {
      const square = norms[i]! + norms[j]! - 2 * products[j]!;
      if (j === i || (found === k && square >= squares[k - 1]!)) continue;
      // Insertion from the back; the first place belongs to the row itself.
      let at = found < k ? found : k - 1;
      while (at > 1 && squares[at - 1]! > square) {
        squares[at] = squares[at - 1]!;
        nearest[at] = nearest[at - 1]!;
        at -= 1;
      }
      squares[at] = square;
      nearest[at] = j;
      if (found < k) found += 1;
    }
    // Differences instead of the formula above: equal rows are then exactly at distance zero.
    const ranked = Array.from(nearest, (j) => ({ j, distance: distance(rows, i, j, dimension) }));
    ranked.sort((a, b) => Number(b.j === i) - Number(a.j === i) || a.distance - b.distance || a.j - b.j);
    indices.push(ranked.map(({ j }) => j));
    distances.push(ranked.map((neighbour) => neighbour.distance));
  }
  return { indices, distances };
}

function distance(rows: Float32Array, i: number, j: number, dimension: number): number {
  let sum = 0;
  for (let d = 0; d < dimension; d += 1) sum += (rows[i * dimension + d]! - rows[j * dimension + d]!) ** 2;
  return Math.sqrt(sum);
}
