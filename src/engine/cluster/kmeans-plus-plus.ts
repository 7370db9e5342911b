// Starting centres by greedy k-means++ (Arthur, Vassilvitskii 2007; docs/methods.md §4, step 1): each further centre is the best of
// 2 + ⌊ln k⌋ rows drawn with probability proportional to their squared distance to the nearest centre so far.
// All restarts go together, so that one pass over the rows serves them all; each draws from a stream of its own.
import type { CentreSearch } from './centre-search.ts';
import type { RandomStream } from '../../random/random.ts';
import type { Points } from './points.ts';

/** Rows tried for each centre but the first. */
export const trialsFor = (k: number): number => 2 + Math.floor(Math.log(k));

/** A squared distance below this share of both rows' squared lengths is rounding: the rows are the same. */
const ROUNDING = 1e-6;

/** For each stream k rows as centres, k × dimension. Where fewer than k rows differ, some centres coincide. */
export async function startingCentres(
  points: Points,
  search: CentreSearch,
  k: number,
  streams: readonly RandomStream[],
): Promise<Float64Array[]> {
  const { count, dimension, rows, norms } = points;
  const trials = trialsFor(k);
  const centres = streams.map(() => new Float64Array(k * dimension));
  // By stream: squared distance of each row to its nearest centre so far, and by trial what it would be with that row as well.
  let nearest = streams.map(() => new Float32Array(count).fill(Infinity));
  const after = streams.map(() => Array.from({ length: trials }, () => new Float32Array(count)));

  for (let centre = 0; centre < k; centre += 1) {
    const tried = centre === 0 ? 1 : trials;
    const drawn = streams.map((random, run) =>
      centre === 0 ? [random.integer(count)] : drawRows(nearest[run]!, trials, random),
    );
    const candidates = new Float32Array(streams.length * tried * dimension);
    drawn
      .flat()
      .forEach((row, at) => candidates.set(rows.subarray(row * dimension, (row + 1) * dimension), at * dimension));
    const potentials = new Float64Array(streams.length * tried);
    await search.products(candidates, (first, products) => {
      const block = products.length / potentials.length;
      for (let run = 0; run < streams.length; run += 1) {
        const before = nearest[run]!;
        for (let trial = 0; trial < tried; trial += 1) {
          const column = run * tried + trial;
          const own = norms[drawn[run]![trial]!]!;
          const distances = after[run]![trial]!;
          let potential = 0;
          for (let i = 0, at = column; i < block; i += 1, at += potentials.length) {
            const row = first + i;
            const size = norms[row]! + own;
            const distance = size - 2 * products[at]!;
            const least = Math.min(distance < ROUNDING * size ? 0 : distance, before[row]!);
            distances[row] = least;
            potential += least;
          }
          potentials[column]! += potential;
        }
      }
    });
    nearest = nearest.map((before, run) => {
      const own = potentials.subarray(run * tried, (run + 1) * tried);
      const chosen = own.indexOf(Math.min(...own));
      const row = drawn[run]![chosen]!;
      centres[run]!.set(rows.subarray(row * dimension, (row + 1) * dimension), centre * dimension);
      const best = after[run]![chosen]!;
      after[run]![chosen] = before;
      return best;
    });
  }
  return centres;
}

/** `trials` rows, each drawn with probability proportional to its weight; uniformly where all weights are zero. */
function drawRows(weights: Float32Array, trials: number, random: RandomStream): number[] {
  let total = 0;
  for (let row = 0; row < weights.length; row += 1) total += weights[row]!;
  if (total === 0) return Array.from({ length: trials }, () => random.integer(weights.length));
  // Marks in rising order are found in one pass; the draws themselves keep their order.
  const marks = Array.from({ length: trials }, (_, t) => ({ t, at: random.uniform() * total }));
  const drawn = new Array<number>(trials);
  let row = -1;
  let passed = 0;
  let last = 0;
  for (const { t, at } of marks.sort((a, b) => a.at - b.at)) {
    while (passed <= at && row < weights.length - 1) {
      row += 1;
      passed += weights[row]!;
      if (weights[row]! > 0) last = row;
    }
    drawn[t] = last;
  }
  return drawn;
}
