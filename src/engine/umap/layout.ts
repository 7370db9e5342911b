// The layout of UMAP (McInnes, Healy, Melville 2018, §3.2 and appendix C; docs/methods.md §6.2): points of the plane that edges pull together and
// random others push apart, by stochastic gradient descent. In: a fuzzy graph and starting points; out: the points, epoch by epoch.
import type { RandomStream } from '../../random/random.ts';
import type { FuzzyGraph } from './fuzzy-graph.ts';
import { fastPower } from './fast-power.ts';
import type { Curve } from './low-dimensional-curve.ts';

/** Random points that push for each edge that pulls. */
const NEGATIVES = 5;
/** Largest move along an axis, before the rate. */
const CLIP = 4;
/** Keeps the push of very near points finite. */
const NEAR = 0.001;

/** As many epochs as the reference implementation takes for this many rows. */
export function epochsFor(count: number): number {
  if (count <= 2500) return 500;
  if (count <= 5000) return 400;
  if (count <= 7500) return 300;
  return 200;
}

/**
 * A function that moves `points` (x, y of each row) in place; call it once for each epoch, from 0 on. An edge pulls every w_max/w epochs; those
 * that would not within `epochs` are left out. Each move sees all earlier ones, as the method has it, so this cannot be shared among threads.
 */
export function openLayout(
  graph: FuzzyGraph,
  { a, b }: Curve,
  points: Float64Array,
  epochs: number,
  random: RandomStream,
): (epoch: number) => void {
  const { from, to, interval } = lastingEdges(graph, epochs);
  const attraction = fastPower(b - 1);
  const repulsion = fastPower(b);
  const nextPull = interval.slice();
  const nextPush = interval.map((value) => value / NEGATIVES);

  return (epoch) => {
    const rate = epoch === 0 ? 1 : 1 - (epoch - 1) / epochs;
    for (let edge = 0; edge < interval.length; edge += 1) {
      if (nextPull[edge]! > epoch) continue;
      const one = 2 * to[edge]!;
      pull(one, 2 * from[edge]!, rate);
      nextPull[edge]! += interval[edge]!;
      const pushInterval = interval[edge]! / NEGATIVES;
      const pushes = Math.floor((epoch - nextPush[edge]!) / pushInterval);
      for (let push = 0; push < pushes; push += 1) {
        pushAway(one, 2 * Math.floor(random.uniform() * graph.count), rate);
      }
      nextPush[edge]! += pushes * pushInterval;
    }
  };

  function pull(one: number, other: number, rate: number): void {
    const x = points[one]! - points[other]!;
    const y = points[one + 1]! - points[other + 1]!;
    const square = x * x + y * y;
    if (square === 0) return;
    const power = attraction(square);
    const strength = (-2 * a * b * power) / (a * power * square + 1);
    const moveX = clip(strength * x) * rate;
    const moveY = clip(strength * y) * rate;
    points[one]! += moveX;
    points[other]! -= moveX;
    points[one + 1]! += moveY;
    points[other + 1]! -= moveY;
  }

  function pushAway(one: number, other: number, rate: number): void {
    const x = points[one]! - points[other]!;
    const y = points[one + 1]! - points[other + 1]!;
    const square = x * x + y * y;
    if (square > 0) {
      const strength = (2 * b) / ((NEAR + square) * (a * repulsion(square) + 1));
      points[one]! += clip(strength * x) * rate;
      points[one + 1]! += clip(strength * y) * rate;
    } else if (one !== other) {
      points[one]! += CLIP * rate;
      points[one + 1]! += CLIP * rate;
    }
  }
}

/** The edges that pull at least once, and every how many epochs each does. */
function lastingEdges({ from, to, weights }: FuzzyGraph, epochs: number) {
  const heaviest = weights.reduce((most, weight) => Math.max(most, weight), 0);
  const lasting = new Int32Array(weights.length);
  let count = 0;
  weights.forEach((weight, edge) => {
    if (weight >= heaviest / epochs) lasting[count++] = edge;
  });
  const edges = lasting.subarray(0, count);
  const interval = new Float64Array(count);
  edges.forEach((edge, at) => (interval[at] = epochs / ((weights[edge]! / heaviest) * epochs)));
  return { from: edges.map((edge) => from[edge]!), to: edges.map((edge) => to[edge]!), interval };
}

function clip(value: number): number {
  return value > CLIP ? CLIP : value < -CLIP ? -CLIP : value;
}
