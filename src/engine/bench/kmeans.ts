// Times k-means on features of its own making, the same that bench/peers/sklearn_kmeans.py clusters: unit-norm rows about ten directions.
import { randomKey, RandomStream } from '../../random/random.ts';
import { clusterRows } from '../cluster/cluster-rows.ts';
import { preparePoints } from '../cluster/points.ts';

export interface KmeansBench {
  readonly rows: number;
  readonly dim: number;
  readonly k: number;
  readonly restarts: number;
  readonly threads: number;
  /** Deviation of a row about its group's direction, in units of the directions' own: 1 is clear structure, 4 weak. */
  readonly spread: number;
}

export interface KmeansTiming extends KmeansBench {
  readonly engine: string;
  readonly seconds: number;
  readonly inertia: number;
  /** Largest of the process so far. */
  readonly peak_mib: number;
}

const GROUPS = 10;

/** [rows, dim], row-major, unit-norm. */
export function benchRows({ rows, dim, spread }: Pick<KmeansBench, 'rows' | 'dim' | 'spread'>): Float32Array {
  const random = new RandomStream(randomKey(0, 'bench-kmeans'));
  const directions = Float64Array.from({ length: GROUPS * dim }, () => random.normal());
  const data = new Float32Array(rows * dim);
  for (let row = 0; row < rows; row += 1) {
    const group = random.integer(GROUPS) * dim;
    let square = 0;
    for (let d = 0; d < dim; d += 1) {
      const value = directions[group + d]! + spread * random.normal();
      data[row * dim + d] = value;
      square += value * value;
    }
    const norm = Math.sqrt(square);
    for (let d = 0; d < dim; d += 1) data[row * dim + d]! /= norm;
  }
  return data;
}

/** Seconds include what the stage does to the features before it clusters them, and no making of data. */
export async function benchKmeans(options: KmeansBench, data: Float32Array): Promise<KmeansTiming> {
  const { rows, dim, k, restarts, threads } = options;
  const start = performance.now();
  const { inertia } = await clusterRows(preparePoints({ count: rows, dimension: dim, data }), {
    ...{ k, restarts, iterations: 300, tolerance: 1e-4, seed: 0, threads },
    signal: new AbortController().signal,
  });
  const seconds = (performance.now() - start) / 1000;
  return {
    engine: 'pipe',
    ...options,
    seconds: Number(seconds.toFixed(3)),
    inertia,
    peak_mib: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}
