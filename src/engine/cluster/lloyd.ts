// Lloyd's iterations from given centres (docs/methods.md §4, steps 2 to 4). In: points and starting centres of several restarts; out: for each
// its assignments, centres and inertia. All restarts go together: one pass over the rows compares them with the centres of every restart
// that still moves. Comparisons are float32 products; sums, means and inertia are float64.
import type { CentreSearch } from './centre-search.ts';
import type { Points } from './points.ts';

export interface LloydOptions {
  readonly k: number;
  readonly iterations: number;
  /** A restart stops when the squared shifts of its centres sum to no more than this share of the mean variance. */
  readonly tolerance: number;
  /** Rows have length 1, and so have centres: each is the direction of the sum of its rows (Dhillon, Modha 2001). */
  readonly spherical?: boolean;
  /** Called before each pass with the number of restarts that still move. */
  readonly onPass?: (moving: number) => void;
}

export interface Clustering {
  readonly assignments: Int32Array;
  /** k × dimension, in the coordinates of the points. */
  readonly centres: Float64Array;
  readonly inertia: number;
  readonly iterations: number;
}

interface Restart {
  readonly centres: Float64Array;
  readonly assignments: Int32Array;
  /** Sum and number of the rows of each cluster. */
  readonly sums: Float64Array;
  readonly counts: Float64Array;
  iterations: number;
  /** Rows that changed their cluster in the last pass. */
  changed: number;
  /** `moving`: its centres move after each pass. `resting`: one more pass gives the rows to the centres as they are. */
  state: 'moving' | 'resting' | 'done';
}

/** Each restart runs until its assignments repeat, its centres rest, or the iterations are used up. `starts` are not changed. */
export async function lloyd(
  points: Points,
  search: CentreSearch,
  starts: readonly Float64Array[],
  { k, iterations, tolerance, spherical = false, onPass }: LloydOptions,
): Promise<Clustering[]> {
  const { count, dimension } = points;
  const restarts = starts.map((start): Restart => ({
    centres: start.slice(),
    assignments: new Int32Array(count).fill(-1),
    sums: new Float64Array(k * dimension),
    counts: new Float64Array(k),
    iterations: 0,
    changed: 0,
    state: iterations > 0 ? 'moving' : 'resting',
  }));
  for (;;) {
    const active = restarts.filter(({ state }) => state !== 'done');
    if (active.length === 0) break;
    onPass?.(active.length);
    await assign(points, search, active, k);
    for (const restart of active) {
      if (restart.state === 'resting') restart.state = 'done';
      else move(points, restart, iterations, tolerance, spherical);
    }
  }
  return restarts.map((restart) => ({
    assignments: restart.assignments,
    centres: restart.centres,
    inertia: inertiaOf(points, restart),
    iterations: restart.iterations,
  }));
}

/** Gives each row its nearest centre in each restart, the first of equally near ones. */
async function assign(points: Points, search: CentreSearch, restarts: readonly Restart[], k: number): Promise<void> {
  const { dimension } = points;
  const centres = new Float32Array(restarts.length * k * dimension);
  restarts.forEach((restart, at) => {
    centres.set(restart.centres, at * k * dimension);
    restart.changed = 0;
  });
  await search.nearest(centres, (first, nearest) => {
    const rows = nearest.length / restarts.length;
    restarts.forEach((restart, at) => {
      const { assignments } = restart;
      let changed = 0;
      for (let i = 0, from = at; i < rows; i += 1, from += restarts.length) {
        const cluster = nearest[from]!;
        if (cluster === assignments[first + i]) continue;
        reassign(points, restart, first + i, cluster);
        changed += 1;
      }
      restart.changed += changed;
    });
  });
}

/** After a pass: the next centres, and whether the restart goes on. */
function move(points: Points, restart: Restart, iterations: number, tolerance: number, spherical: boolean): void {
  restart.iterations += 1;
  if (restart.changed === 0) {
    restart.state = 'done';
    return;
  }
  fillEmptyClusters(points, restart);
  const shift = moveCentres(points, restart, spherical);
  // The centres moved after the last pass: without another the two would not belong together.
  if (shift <= tolerance * points.variance || restart.iterations >= iterations) restart.state = 'resting';
}

function reassign(
  { dimension, rows }: Points,
  { assignments, sums, counts }: Restart,
  row: number,
  cluster: number,
): void {
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
function fillEmptyClusters(points: Points, restart: Restart): void {
  const { counts, assignments } = restart;
  const empty = [...counts.keys()].filter((cluster) => counts[cluster] === 0);
  if (empty.length === 0) return;
  const distances = Float64Array.from({ length: points.count }, (_, i) => squaredDistanceToOwn(points, restart, i));
  const farthest = [...distances.keys()].sort((a, b) => distances[b]! - distances[a]! || a - b);
  let next = 0;
  for (const cluster of empty) {
    // A cluster of one row is not emptied to fill another.
    while (next < farthest.length && counts[assignments[farthest[next]!]!]! < 2) next += 1;
    const row = farthest[next];
    if (row === undefined || distances[row] === 0) break;
    reassign(points, restart, row, cluster);
    next += 1;
  }
}

/** Moves each centre to the mean of its rows, or to its direction (one without rows stays), and returns the sum of the squared shifts. */
function moveCentres({ dimension }: Points, { centres, sums, counts }: Restart, spherical: boolean): number {
  let total = 0;
  for (let j = 0; j < counts.length; j += 1) {
    if (counts[j] === 0) continue;
    const divisor = spherical ? Math.max(lengthOf(sums, j, dimension), 1e-12) : counts[j]!;
    for (let at = j * dimension; at < (j + 1) * dimension; at += 1) {
      const mean = sums[at]! / divisor;
      total += (mean - centres[at]!) ** 2;
      centres[at] = mean;
    }
  }
  return total;
}

function lengthOf(rows: Float64Array, row: number, dimension: number): number {
  let sum = 0;
  for (let at = row * dimension; at < (row + 1) * dimension; at += 1) sum += rows[at]! ** 2;
  return Math.sqrt(sum);
}

function squaredDistanceToOwn({ dimension, rows }: Points, { centres, assignments }: Restart, row: number): number {
  const from = row * dimension;
  const to = assignments[row]! * dimension;
  let sum = 0;
  for (let d = 0; d < dimension; d += 1) sum += (rows[from + d]! - centres[to + d]!) ** 2;
  return sum;
}

function inertiaOf(points: Points, restart: Restart): number {
  let sum = 0;
  for (let i = 0; i < points.count; i += 1) sum += squaredDistanceToOwn(points, restart, i);
  return sum;
}
