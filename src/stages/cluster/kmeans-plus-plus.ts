// Starting centres by greedy k-means++ (Arthur, Vassilvitskii 2007; docs/methods.md §4, step 1): each further centre is the best of
// 2 + ⌊ln K⌋ rows drawn with probability proportional to their squared distance to the nearest centre so far.
import type { RandomStream } from '../../random/random.ts';
import { dotFour } from '../dot-product.ts';
import { centreBuffer, type Points } from './points.ts';

/** k rows as centres, k × dimension (padded, see {@link centreBuffer}). Where fewer than k rows differ, some centres coincide. */
export function startingCentres(points: Points, k: number, random: RandomStream): Float64Array {
  const { count, dimension, rows, norms } = points;
  const trials = 2 + Math.floor(Math.log(k));
  const centres = centreBuffer(k, dimension);
  const candidates = centreBuffer(trials, dimension);
  const products = new Float64Array(candidates.length / dimension);
  // Squared distance of each row to its nearest centre so far, and what it would be with each candidate.
  let nearest = new Float64Array(count).fill(Infinity);
  let best = new Float64Array(count);
  const trial = Array.from({ length: trials }, () => new Float64Array(count));

  place(points, random.integer(count), centres, 0);
  for (let i = 0; i < count; i += 1) nearest[i] = squaredDistance(points, i, centres, 0);

  for (let centre = 1; centre < k; centre += 1) {
    const drawn = drawRows(nearest, trials, random);
    drawn.forEach((row, t) => place(points, row, candidates, t));
    const potentials = new Float64Array(trials);
    for (let i = 0; i < count; i += 1) {
      for (let t = 0; t < trials; t += 4)
        dotFour(rows, i * dimension, candidates, t * dimension, dimension, products, t);
      for (let t = 0; t < trials; t += 1) {
        const distance = Math.max(norms[i]! - 2 * products[t]! + norms[drawn[t]!]!, 0);
        const after = Math.min(distance, nearest[i]!);
        trial[t]![i] = after;
        potentials[t]! += after;
      }
    }
    const chosen = potentials.indexOf(Math.min(...potentials));
    place(points, drawn[chosen]!, centres, centre);
    best = trial[chosen]!;
    trial[chosen] = nearest;
    nearest = best;
  }
  return centres;
}

/** `trials` rows, each drawn with probability proportional to its weight; uniformly where all weights are zero. */
function drawRows(weights: Float64Array, trials: number, random: RandomStream): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
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

function place({ rows, dimension }: Points, row: number, centres: Float64Array, centre: number): void {
  centres.set(rows.subarray(row * dimension, (row + 1) * dimension), centre * dimension);
}

function squaredDistance({ rows, dimension }: Points, row: number, centres: Float64Array, centre: number): number {
  let sum = 0;
  for (let d = 0; d < dimension; d += 1) sum += (rows[row * dimension + d]! - centres[centre * dimension + d]!) ** 2;
  return sum;
}
