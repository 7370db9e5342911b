// Mean and deviation of the products of all pairs of rows, by whether their classes are the same (docs/methods.md §6.3). In: rows and classes; out: both kinds.
// Exact and without going through the pairs: sums of vectors give the means, and sums of their outer products the squares.
import type { Features } from '../../artifacts/artifact.ts';

export interface PairStatistics {
  /** Pairs i < j. */
  readonly pairs: number;
  /** NaN where there is none. */
  readonly mean: number;
  /** Sample standard deviation (n − 1); undefined for fewer than two. */
  readonly deviation: number | undefined;
}

/** Σ, Σ of squares and number of the products of pairs. */
interface Sums {
  readonly pairs: number;
  readonly sum: number;
  readonly squares: number;
}

/** Products between two turns, and values of rows that are held together: what a cache takes. */
const TURN = 2 ** 27;
const HELD = 2 ** 16;

/** N·D²/2 products; two D×D tables. @param turn is awaited every now and then, with the rows that are done. */
export async function pairStatistics(
  rows: Features,
  classOf: Int32Array,
  classes: number,
  turn: (done: number) => Promise<void>,
): Promise<{ readonly same: PairStatistics; readonly different: PairStatistics }> {
  const { dimension } = rows;
  const atOnce = Math.max(1, Math.floor(Math.min(TURN / dimension ** 2, HELD / dimension)));
  const all = new Moments(dimension);
  let same: Sums = { pairs: 0, sum: 0, squares: 0 };
  let done = 0;
  for (const members of membersOf(classOf, classes)) {
    // Of few rows the pairs are fewer than the values of a table.
    const isSmall = members.length ** 2 <= 3 * dimension;
    const own = isSmall ? all : new Moments(dimension);
    for (let from = 0; from < members.length; from += atOnce) {
      const some = members.slice(from, from + atOnce);
      own.add(rows.data, some);
      done += some.length;
      await turn(done);
    }
    same = plus(same, isSmall ? sumsOfPairs(rows, members) : own.sums());
    if (!isSmall) all.join(own);
  }
  return { same: statisticsOf(same), different: statisticsOf(plus(all.sums(), same, -1)) };
}

/** Over the pairs of these rows, one by one. */
function sumsOfPairs({ dimension, data }: Features, rows: readonly number[]): Sums {
  let [sum, squares] = [0, 0];
  for (const [at, one] of rows.entries())
    for (const other of rows.slice(0, at)) {
      let product = 0;
      for (let d = 0; d < dimension; d += 1) product += data[one * dimension + d]! * data[other * dimension + d]!;
      sum += product;
      squares += product * product;
    }
  return { pairs: (rows.length * (rows.length - 1)) / 2, sum, squares };
}

/** Products of the rows of two sets with the same number: the first with the first, and so on. */
export function rowStatistics(first: Features, second: Features): PairStatistics {
  const { count, dimension } = first;
  let [sum, squares] = [0, 0];
  for (let row = 0, at = 0; row < count; row += 1) {
    let product = 0;
    for (let d = 0; d < dimension; d += 1, at += 1) product += first.data[at]! * second.data[at]!;
    sum += product;
    squares += product * product;
  }
  return statisticsOf({ pairs: count, sum, squares });
}

function membersOf(classOf: Int32Array, classes: number): readonly number[][] {
  const members = Array.from({ length: classes }, (): number[] => []);
  classOf.forEach((value, row) => members[value]!.push(row));
  return members;
}

const plus = (a: Sums, b: Sums, sign = 1): Sums => ({
  ...{ pairs: a.pairs + sign * b.pairs, sum: a.sum + sign * b.sum, squares: a.squares + sign * b.squares },
});

function statisticsOf({ pairs, sum, squares }: Sums): PairStatistics {
  const mean = sum / pairs;
  // Rounding may leave less than nothing.
  const spread = Math.max(0, squares - pairs * mean * mean);
  return { pairs, mean, deviation: pairs < 2 ? undefined : Math.sqrt(spread / (pairs - 1)) };
}

/** Of rows x: their number, Σ x, Σ xxᵀ, Σ ‖x‖², Σ ‖x‖⁴. */
class Moments {
  #count = 0;
  #own = 0;
  #ownSquares = 0;
  readonly #dimension: number;
  readonly #sum: Float64Array;
  /** The upper triangle. */
  readonly #products: Float64Array;

  constructor(dimension: number) {
    this.#dimension = dimension;
    this.#sum = new Float64Array(dimension);
    this.#products = new Float64Array(dimension * dimension);
  }

  /** Rows of `data` by number. A line of the table takes the products of all of them before the next: the table may be larger than a processor's cache. */
  add(data: Float32Array, rows: readonly number[]): void {
    const dimension = this.#dimension;
    const [sum, products] = [this.#sum, this.#products];
    for (let a = 0; a < dimension; a += 1) {
      const line = products.subarray(a * dimension, (a + 1) * dimension);
      for (const row of rows) {
        const from = row * dimension;
        const value = data[from + a]!;
        sum[a]! += value;
        for (let b = a; b < dimension; b += 1) line[b]! += value * data[from + b]!;
      }
    }
    for (const row of rows) {
      let own = 0;
      for (let at = row * dimension; at < (row + 1) * dimension; at += 1) own += data[at]! ** 2;
      this.#own += own;
      this.#ownSquares += own * own;
    }
    this.#count += rows.length;
  }

  join(other: Moments): void {
    this.#count += other.#count;
    this.#own += other.#own;
    this.#ownSquares += other.#ownSquares;
    other.#sum.forEach((value, at) => (this.#sum[at]! += value));
    other.#products.forEach((value, at) => (this.#products[at]! += value));
  }

  /** Over pairs i < j: Σ xᵢ·xⱼ = ½(‖Σ x‖² − Σ ‖x‖²), Σ (xᵢ·xⱼ)² = ½(‖Σ xxᵀ‖² − Σ ‖x‖⁴). */
  sums(): Sums {
    const dimension = this.#dimension;
    let squares = 0;
    for (let a = 0; a < dimension; a += 1)
      for (let b = a; b < dimension; b += 1) squares += (a === b ? 1 : 2) * this.#products[a * dimension + b]! ** 2;
    const sum = this.#sum.reduce((all, value) => all + value * value, 0);
    return {
      pairs: (this.#count * (this.#count - 1)) / 2,
      sum: (sum - this.#own) / 2,
      squares: (squares - this.#ownSquares) / 2,
    };
  }
}
