// UMAP to the plane (McInnes, Healy, Melville 2018; docs/methods.md §6.2). In: rows of finite numbers; out: two coordinates each.
// Neighbours are exact and the start is the principal plane, so that groups lie in the map where they lie among the rows.
import { setImmediate } from 'node:timers/promises';
import { foldIn, RandomStream, type RandomKey } from '../../random/random.ts';
import type { FeatureRows } from '../cluster/points.ts';
import { nearestNeighbours } from '../neighbours/nearest-neighbours.ts';
import { fuzzyGraph } from './fuzzy-graph.ts';
import { epochsFor, openLayout } from './layout.ts';
import { fitCurve } from './low-dimensional-curve.ts';
import { principalPlane } from './principal-plane.ts';

export interface UmapOptions {
  /** Neighbours of a row, itself included: 2 or more, at most the number of rows. */
  readonly neighbours: number;
  /** How near points may lie. */
  readonly minDistance: number;
  readonly key: RandomKey;
  /** Of the search for neighbours. Nothing that comes out depends on it. */
  readonly threads: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (phase: 'neighbours' | 'layout', done: number, total: number) => void;
}

/** Over what distance similarity falls off: the unit of the map. */
const SPREAD = 1;
/** Largest coordinate of the start, and the noise that keeps equal rows apart, as in the reference implementation. */
const START_EXTENT = 10;
const START_NOISE = 1e-4;

/** x, y of each row. Stops between two blocks of rows or two epochs when `signal` is aborted, and throws its reason. */
export async function umap(rows: FeatureRows, options: UmapOptions): Promise<Float64Array> {
  const { neighbours, minDistance, key, threads, signal, onProgress } = options;
  const { count } = rows;
  const found = await nearestNeighbours(rows, {
    ...{ k: neighbours, threads, onProgress: (done) => onProgress?.('neighbours', done, count) },
    ...(signal && { signal }),
  });
  const graph = fuzzyGraph(found, neighbours);
  const points = startingPoints(
    principalPlane(rows, new RandomStream(foldIn(key, 'start'))),
    new RandomStream(foldIn(key, 'noise')),
  );
  const epochs = epochsFor(count);
  const curve = fitCurve(minDistance, SPREAD);
  const step = openLayout(graph, curve, points, epochs, new RandomStream(foldIn(key, 'layout')));
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    onProgress?.('layout', epoch, epochs);
    // Messages leave, and an abort is heard.
    await setImmediate();
    signal?.throwIfAborted();
    step(epoch);
  }
  onProgress?.('layout', epochs, epochs);
  return points;
}

function startingPoints(plane: Float64Array, random: RandomStream): Float64Array {
  const extent = plane.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const scale = extent === 0 ? 0 : START_EXTENT / extent;
  return plane.map((value) => scale * value + START_NOISE * random.normal());
}
