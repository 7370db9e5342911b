// k-means with restarts: the clustering of smallest inertia, the first of equal ones. In: points; out: that clustering. Each restart has a random
// stream of its own, so its result does not depend on which others ran.
import { CentreSearch } from './centre-search.ts';
import { randomKey, RandomStream } from '../../random/random.ts';
import { startingCentres, trialsFor } from './kmeans-plus-plus.ts';
import { lloyd, type Clustering, type LloydOptions } from './lloyd.ts';
import type { Points } from './points.ts';

export interface ClusterOptions {
  readonly k: number;
  readonly restarts: number;
  readonly iterations: number;
  readonly tolerance: number;
  readonly seed: number;
  readonly spherical?: LloydOptions['spherical'];
  /** The result does not depend on it. */
  readonly threads: number;
  readonly signal: AbortSignal;
  /** After each restart that is done, and the smallest inertia so far. */
  readonly onProgress?: (done: number, inertia: number | undefined) => void;
}

/** Centres of all restarts that go together: enough for the matrix product to be worth its while, few enough for one block in the cache. */
const CENTRES_TOGETHER = 512;
/** Numbers kept by row while the starts are drawn, over all restarts that go together: 256 MiB. */
const KEPT_TOGETHER = 2 ** 26;

/** How many restarts go together. It decides speed and memory, never the result. */
export const restartsTogether = (count: number, k: number, restarts: number): number =>
  Math.max(
    1,
    Math.min(restarts, Math.floor(CENTRES_TOGETHER / k), Math.floor(KEPT_TOGETHER / (count * (trialsFor(k) + 2)))),
  );

/** @throws the signal's reason once it is aborted. */
export async function clusterRows(points: Points, options: ClusterOptions): Promise<Clustering> {
  const { k, restarts, iterations, tolerance, seed, threads, signal, onProgress, spherical = false } = options;
  const together = restartsTogether(points.count, k, restarts);
  const search = await CentreSearch.create(points, k, threads, signal);
  try {
    let best: Clustering | undefined;
    for (let first = 0; first < restarts; first += together) {
      const size = Math.min(together, restarts - first);
      onProgress?.(first, best?.inertia);
      const streams = Array.from(
        { length: size },
        (_, run) => new RandomStream(randomKey(seed, 'kmeans', first + run)),
      );
      const starts = await startingCentres(points, search, k, streams);
      const found = await lloyd(points, search, starts, {
        ...{ k, iterations, tolerance, spherical },
        onPass: (moving) => onProgress?.(first + size - moving, best?.inertia),
      });
      for (const clustering of found) if (best === undefined || clustering.inertia < best.inertia) best = clustering;
    }
    onProgress?.(restarts, best?.inertia);
    return best!;
  } finally {
    await search.close();
  }
}
