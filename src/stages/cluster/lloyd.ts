// Lloyd's iterations from given centres (docs/methods.md §4, steps 2 to 4). In: points and starting centres; out: assignments, centres, inertia.
// The result is that of comparing every row with every centre; Hamerly's bounds (2010) leave out the comparisons whose outcome is certain:
// a row keeps its centre while `upper` (distance to its own) is below `lower` (distance to any other).
import { dot, dotFour } from '../dot-product.ts';
import type { Points } from './points.ts';

export interface LloydOptions {
  readonly k: number;
  readonly iterations: number;
  /** Stops when the squared shifts of the centres sum to no more than this share of the mean variance. */
  readonly tolerance: number;
  /** Called before each iteration, so that a long run can be followed and stopped. */
  readonly turn?: () => Promise<void>;
}

export interface Clustering {
  readonly assignments: Int32Array;
  /** k × dimension (padded), in the coordinates of the points. */
  readonly centres: Float64Array;
  readonly inertia: number;
  readonly iterations: number;
}

interface State {
  readonly points: Points;
  readonly k: number;
  readonly centres: Float64Array;
  readonly centreNorms: Float64Array;
  readonly assignments: Int32Array;
  readonly upper: Float64Array;
  readonly lower: Float64Array;
  /** Sum and number of the rows of each cluster. */
  readonly sums: Float64Array;
  readonly counts: Float64Array;
  readonly products: Float64Array;
  /** Bounds must differ by more than the rounding of a distance before they decide. */
  readonly slack: number;
}

/** Runs until the assignments repeat, the centres rest, or the iterations are used up. `start` is not changed. */
export async function lloyd(points: Points, start: Float64Array, options: LloydOptions): Promise<Clustering> {
  const { count } = points;
  const state: State = {
    points,
    k: options.k,
    centres: start.slice(),
    centreNorms: new Float64Array(options.k),
    assignments: new Int32Array(count).fill(-1),
    upper: new Float64Array(count).fill(Infinity),
    lower: new Float64Array(count).fill(-Infinity),
    sums: new Float64Array(start.length),
    counts: new Float64Array(options.k),
    products: new Float64Array(start.length / points.dimension),
    slack: 1e-6 * Math.sqrt(points.norms.reduce((largest, norm) => Math.max(largest, norm), 0)),
  };
  let iteration = 0;
  let settled = false;
  while (iteration < options.iterations) {
    await options.turn?.();
    iteration += 1;
    const changed = assign(state);
    if (changed === 0) {
      settled = true;
      break;
    }
    fillEmptyClusters(state);
    if (moveCentres(state) <= options.tolerance * points.variance) break;
  }
  // The centres moved after the last assignment: without this the two would not belong together.
  if (!settled) assign(state);
  return { assignments: state.assignments, centres: state.centres, inertia: inertiaOf(state), iterations: iteration };
}

/** Gives each row its nearest centre, the first of equally near ones; returns how many changed. */
function assign(state: State): number {
  const { points, k, centres, centreNorms, assignments, upper, lower, products, slack } = state;
  const { count, dimension, rows, norms } = points;
  for (let j = 0; j < k; j += 1) {
    let norm = 0;
    for (let d = 0; d < dimension; d += 1) norm += centres[j * dimension + d]! ** 2;
    centreNorms[j] = norm;
  }
  let changed = 0;
  for (let i = 0; i < count; i += 1) {
    const own = assignments[i]!;
    const row = i * dimension;
    if (own >= 0) {
      const certain = lower[i]! - slack;
      if (upper[i]! < certain) continue;
      const square = norms[i]! - 2 * dot(rows, row, centres, own * dimension, dimension) + centreNorms[own]!;
      upper[i] = Math.sqrt(Math.max(square, 0));
      if (upper[i]! < certain) continue;
    }
    for (let j = 0; j < k; j += 4) dotFour(rows, row, centres, j * dimension, dimension, products, j);
    let nearest = 0;
    let first = Infinity;
    let second = Infinity;
    for (let j = 0; j < k; j += 1) {
      const square = Math.max(norms[i]! - 2 * products[j]! + centreNorms[j]!, 0);
      if (square < first) {
        second = first;
        first = square;
        nearest = j;
      } else if (square < second) {
        second = square;
      }
    }
    upper[i] = Math.sqrt(first);
    lower[i] = Math.sqrt(second);
    if (nearest !== own) {
      changed += 1;
      reassign(state, i, nearest);
    }
  }
  return changed;
}

function reassign({ points, assignments, sums, counts }: State, row: number, cluster: number): void {
  const { dimension, rows } = points;
  const from = row * dimension;
  const old = assignments[row]!;
  const to = cluster * dimension;
  for (let d = 0; d < dimension; d += 1) sums[to + d]! += rows[from + d]!;
  counts[cluster]! += 1;
  if (old >= 0) {
    for (let d = 0; d < dimension; d += 1) sums[old * dimension + d]! -= rows[from + d]!;
    counts[old]! -= 1;
  }
  assignments[row] = cluster;
}

/** Moves each empty cluster to the row farthest from its own centre, the farthest to the first; rows at distance zero stay. */
function fillEmptyClusters(state: State): void {
  const empty = [...state.counts.keys()].filter((cluster) => state.counts[cluster] === 0);
  if (empty.length === 0) return;
  const { points, assignments, upper, lower } = state;
  const distances = Float64Array.from({ length: points.count }, (_, i) => squaredDistanceToOwn(state, i));
  const farthest = [...distances.keys()].sort((a, b) => distances[b]! - distances[a]! || a - b);
  let next = 0;
  for (const cluster of empty) {
    // A cluster of one row is not emptied to fill another.
    while (next < farthest.length && state.counts[assignments[farthest[next]!]!]! < 2) next += 1;
    const row = farthest[next];
    if (row === undefined || distances[row] === 0) break;
    reassign(state, row, cluster);
    next += 1;
  }
  // Every bound was made for the old assignments.
  upper.fill(Infinity);
  lower.fill(-Infinity);
}

/** Moves each centre to the mean of its rows (one without rows stays), loosens the bounds by the shifts, and returns the sum of their squares. */
function moveCentres({ points, k, centres, assignments, upper, lower, sums, counts }: State): number {
  const { count, dimension } = points;
  const shifts = new Float64Array(k);
  let total = 0;
  let most = 0;
  let largest = 0;
  let secondLargest = 0;
  for (let j = 0; j < k; j += 1) {
    if (counts[j] === 0) continue;
    let square = 0;
    for (let at = j * dimension; at < (j + 1) * dimension; at += 1) {
      const mean = sums[at]! / counts[j]!;
      square += (mean - centres[at]!) ** 2;
      centres[at] = mean;
    }
    total += square;
    const shift = Math.sqrt(square);
    shifts[j] = shift;
    if (shift > largest) {
      secondLargest = largest;
      largest = shift;
      most = j;
    } else if (shift > secondLargest) {
      secondLargest = shift;
    }
  }
  for (let i = 0; i < count; i += 1) {
    const own = assignments[i]!;
    upper[i]! += shifts[own]!;
    lower[i]! -= own === most ? secondLargest : largest;
  }
  return total;
}

function squaredDistanceToOwn({ points, centres, assignments }: State, row: number): number {
  const { rows, dimension } = points;
  const from = row * dimension;
  const to = assignments[row]! * dimension;
  let sum = 0;
  for (let d = 0; d < dimension; d += 1) sum += (rows[from + d]! - centres[to + d]!) ** 2;
  return sum;
}

function inertiaOf(state: State): number {
  let sum = 0;
  for (let i = 0; i < state.points.count; i += 1) sum += squaredDistanceToOwn(state, i);
  return sum;
}
