// Times UMAP on the rows of the k-means benchmark, the same that bench/peers/umap_learn.py maps.
import { randomKey } from '../../random/random.ts';
import { umap } from '../umap/umap.ts';

export interface UmapBench {
  readonly rows: number;
  readonly dim: number;
  readonly neighbours: number;
  readonly threads: number;
  /** As of the k-means benchmark. */
  readonly spread: number;
}

export interface UmapTiming extends UmapBench {
  readonly engine: string;
  readonly seconds: number;
  /** Of them, until all neighbours are found. */
  readonly neighbours_seconds: number;
  /** Largest of the process so far. */
  readonly peak_mib: number;
}

/** @param data [rows, dim], row-major. */
export async function benchUmap(options: UmapBench, data: Float32Array): Promise<UmapTiming> {
  const { rows, dim, neighbours, threads } = options;
  const start = performance.now();
  const secondsSince = (): number => Number(((performance.now() - start) / 1000).toFixed(3));
  let found = 0;
  await umap(
    { count: rows, dimension: dim, data },
    {
      ...{ neighbours, minDistance: 0.1, key: randomKey(0, 'bench-umap'), threads },
      onProgress: (phase) => {
        if (phase === 'neighbours') found = secondsSince();
      },
    },
  );
  return {
    engine: 'pipe',
    ...options,
    seconds: secondsSince(),
    neighbours_seconds: found,
    peak_mib: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}
