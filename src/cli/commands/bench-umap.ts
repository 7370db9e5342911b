// `pipe bench umap`: how long a map of many rows takes, for comparison with other libraries (see docs/benchmarks.md).
import { writeFileSync } from 'node:fs';
import type { UmapBench } from '../../engine/bench/umap.ts';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { writeLine } from '../output.ts';

export interface BenchUmapOptions extends UmapBench {
  /** Where to leave the rows, float32, row-major, for a peer to read. */
  readonly save?: string;
  readonly json?: boolean;
}

export async function benchmarkUmap({ save, json, ...options }: BenchUmapOptions): Promise<ExitCode> {
  const { benchRows } = await import('../../engine/bench/kmeans.ts');
  const { benchUmap } = await import('../../engine/bench/umap.ts');
  const data = benchRows(options);
  if (save !== undefined) writeFileSync(save, new Uint8Array(data.buffer));
  const timing = await benchUmap(options, data);
  if (json === true) writeLine(JSON.stringify(timing));
  else
    writeLine(
      `${timing.rows} × ${timing.dim}, ${timing.neighbours} neighbours, ${timing.threads} thread${timing.threads === 1 ? '' : 's'}: ` +
        `${timing.seconds} s (${timing.neighbours_seconds} s of it finding neighbours), peak ${timing.peak_mib} MiB`,
    );
  return exitCode.done;
}
