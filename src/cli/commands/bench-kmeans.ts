// `pipe bench kmeans`: how long k-means takes, for comparison with other libraries (see docs/benchmarks.md).
import { writeFileSync } from 'node:fs';
import type { KmeansBench } from '../../engine/bench/kmeans.ts';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { writeLine } from '../output.ts';

export interface KmeansOptions extends KmeansBench {
  /** Where to leave the rows, float32, row-major, for a peer to read. */
  readonly save?: string;
  readonly json?: boolean;
}

export async function benchmarkKmeans({ save, json, ...options }: KmeansOptions): Promise<ExitCode> {
  const { benchKmeans, benchRows } = await import('../../engine/bench/kmeans.ts');
  const data = benchRows(options);
  if (save !== undefined) writeFileSync(save, new Uint8Array(data.buffer));
  const timing = await benchKmeans(options, data);
  if (json === true) writeLine(JSON.stringify(timing));
  else
    writeLine(
      `${timing.rows} × ${timing.dim}, k ${timing.k}, ${timing.restarts} restarts, ${timing.threads} thread${timing.threads === 1 ? '' : 's'}: ` +
        `${timing.seconds} s, inertia ${timing.inertia.toPrecision(8)}, peak ${timing.peak_mib} MiB`,
    );
  return exitCode.done;
}
