// The k nearest of some rows to one row, by exact comparison in float64. In: rows and candidates; out: a list in order. What is found nowhere depends
// on the order of the candidates: equal distances go by index, and the row itself leads.
import type { FeatureRows } from '../cluster/points.ts';
import { squaredDistance } from './squared-distance.ts';

export interface Ranking {
  /** The k nearest, nearest first. */
  readonly rows: Int32Array;
  /** Their squared distances. */
  readonly squares: Float64Array;
}

/**
 * A list of k, filled anew by each call: of the row `row` and of `candidates`, each at most once. There must be k rows in all.
 * Only the first `among` rows are listed; a row beyond them is not in its own list.
 */
export class Ranker implements Ranking {
  readonly rows: Int32Array;
  readonly squares: Float64Array;
  readonly #from: FeatureRows;
  readonly #among: number;
  #found = 0;
  /** Places at the front that are taken: by the row itself. */
  #led = 0;

  constructor(from: FeatureRows, k: number, among = from.count) {
    this.#from = from;
    this.#among = among;
    this.rows = new Int32Array(k);
    this.squares = new Float64Array(k);
  }

  among(row: number, candidates: Int32Array): Ranking {
    const { data, dimension } = this.#from;
    this.#start(row);
    for (const other of candidates)
      if (other !== row) this.#insert(other, squaredDistance(data, row * dimension, other * dimension, dimension));
    return this;
  }

  /** Among all rows: for a row whose candidates do not settle it. */
  amongAll(row: number): Ranking {
    const { data, dimension } = this.#from;
    const k = this.rows.length;
    this.#start(row);
    const x = row * dimension;
    for (let other = 0, y = 0; other < this.#among; other += 1, y += dimension) {
      if (other === row) continue;
      const farthest = this.#found < k ? Infinity : this.squares[k - 1]!;
      // As many equal rows as are wanted: later ones come after them.
      if (farthest === 0) break;
      const square = boundedSquare(data, x, y, dimension, farthest);
      if (square < farthest) this.#insert(other, square);
    }
    return this;
  }

  #start(row: number): void {
    this.#led = row < this.#among ? 1 : 0;
    this.#found = this.#led;
    if (this.#led === 0) return;
    this.rows[0] = row;
    this.squares[0] = 0;
  }

  /** From the back; the first place belongs to the row itself, where it is listed. */
  #insert(other: number, square: number): void {
    const { rows, squares } = this;
    const full = this.#found === rows.length;
    let at = full ? rows.length - 1 : this.#found;
    if (at < this.#led || (full && !precedes(square, other, squares[at]!, rows[at]!))) return;
    while (at > this.#led && precedes(square, other, squares[at - 1]!, rows[at - 1]!)) {
      squares[at] = squares[at - 1]!;
      rows[at] = rows[at - 1]!;
      at -= 1;
    }
    squares[at] = square;
    rows[at] = other;
    if (!full) this.#found += 1;
  }
}

const precedes = (square: number, row: number, otherSquare: number, otherRow: number): boolean =>
  square < otherSquare || (square === otherSquare && row < otherRow);

/** Values that are added between two looks at the bound. */
const STRIDE = 16;

/** ‖x − y‖² where it is below `bound`, the same number as squaredDistance gives; else something that is not. */
function boundedSquare(rows: Float32Array, x: number, y: number, dimension: number, bound: number): number {
  let sum = 0;
  for (let d = 0; d < dimension && sum < bound;) {
    const end = Math.min(d + STRIDE, dimension);
    for (; d < end; d += 1) sum += (rows[x + d]! - rows[y + d]!) ** 2;
  }
  return sum;
}
