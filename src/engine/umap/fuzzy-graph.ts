// The fuzzy graph of UMAP (McInnes, Healy, Melville 2018, §3.1; docs/methods.md §6.2): how surely two rows are neighbours.
// In: nearest neighbours; out: weighted edges. It knows no coordinates.
import type { Neighbours } from '../neighbours/nearest-neighbours.ts';

/** Directed edges, by the row that they leave and then by the one that they reach; each is there in both directions, with the same weight. */
export interface FuzzyGraph {
  readonly count: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** In 0..1. */
  readonly weights: Float64Array;
}

/** Of the bisection for a row's scale. */
const ROUNDS = 64;
const TOLERANCE = 1e-5;
/** A scale is at least this share of the mean distance. */
const LEAST_SCALE = 1e-3;

/** `neighbours` has k per row, the row itself first. An edge of row i has weight exp(−(d − ρ)/σ); both directions are united as a + b − ab. */
export function fuzzyGraph({ indices, distances }: Neighbours, k: number): FuzzyGraph {
  const count = indices.length / k;
  const weights = memberships(indices, distances, k);
  const incoming = transpose(indices, weights, k);
  const from = new Int32Array(2 * indices.length);
  const to = new Int32Array(from.length);
  const united = new Float64Array(from.length);
  let edges = 0;
  const add = (row: number, other: number, weight: number): void => {
    if (weight === 0) return;
    from[edges] = row;
    to[edges] = other;
    united[edges] = weight;
    edges += 1;
  };
  for (let row = 0; row < count; row += 1) {
    const outgoing = Int32Array.from({ length: k }, (_, at) => row * k + at).sort((a, b) => indices[a]! - indices[b]!);
    let at = incoming.starts[row]!;
    const end = incoming.starts[row + 1]!;
    for (const edge of outgoing) {
      const other = indices[edge]!;
      for (; at < end && incoming.rows[at]! < other; at += 1) add(row, incoming.rows[at]!, incoming.weights[at]!);
      const there = weights[edge]!;
      if (at < end && incoming.rows[at] === other) {
        const back = incoming.weights[at]!;
        add(row, other, there + back - there * back);
        at += 1;
      } else add(row, other, there);
    }
    for (; at < end; at += 1) add(row, incoming.rows[at]!, incoming.weights[at]!);
  }
  return { count, from: from.slice(0, edges), to: to.slice(0, edges), weights: united.slice(0, edges) };
}

/** exp(−(d − ρ)/σ) for each neighbour, where ρ is the distance to the nearest row that differs and σ makes them sum to log₂ k; 0 for the row itself. */
function memberships(indices: Int32Array, distances: Float64Array, k: number): Float64Array {
  const count = indices.length / k;
  const overall = distances.reduce((sum, distance) => sum + distance, 0) / distances.length;
  const weights = new Float64Array(indices.length);
  for (let row = 0; row < count; row += 1) {
    const own = distances.subarray(row * k, (row + 1) * k);
    const nearest = own.find((distance) => distance > 0) ?? 0;
    const mean = nearest > 0 ? own.reduce((sum, distance) => sum + distance, 0) / k : overall;
    const scale = Math.max(scaleOf(own, nearest), LEAST_SCALE * mean);
    for (let at = 0; at < k; at += 1) {
      const beyond = own[at]! - nearest;
      if (indices[row * k + at] !== row) weights[row * k + at] = beyond <= 0 ? 1 : Math.exp(-beyond / scale);
    }
  }
  return weights;
}

/** σ by bisection. */
function scaleOf(distances: Float64Array, nearest: number): number {
  const target = Math.log2(distances.length);
  let low = 0;
  let high = Infinity;
  let scale = 1;
  for (let round = 0; round < ROUNDS; round += 1) {
    let sum = 0;
    for (let at = 1; at < distances.length; at += 1) {
      const beyond = distances[at]! - nearest;
      sum += beyond > 0 ? Math.exp(-beyond / scale) : 1;
    }
    if (Math.abs(sum - target) < TOLERANCE) break;
    if (sum > target) high = scale;
    else low = scale;
    scale = high === Infinity ? 2 * scale : (low + high) / 2;
  }
  return scale;
}

/** For each row the rows that have it for a neighbour, in rising order. */
function transpose(indices: Int32Array, weights: Float64Array, k: number) {
  const count = indices.length / k;
  const starts = new Int32Array(count + 1);
  for (const to of indices) starts[to + 1]! += 1;
  for (let row = 0; row < count; row += 1) starts[row + 1]! += starts[row]!;
  const next = starts.slice();
  const rows = new Int32Array(indices.length);
  const turned = new Float64Array(indices.length);
  for (let at = 0; at < indices.length; at += 1) {
    const place = next[indices[at]!]!;
    next[indices[at]!] = place + 1;
    rows[place] = Math.floor(at / k);
    turned[place] = weights[at]!;
  }
  return { starts, rows, weights: turned };
}
