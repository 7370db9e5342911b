// `pipe cache gc`: makes the store smaller. Without limits it removes only what no stored step names any more.
import { type Collected, collect } from '../../cache/collect.ts';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { openCache } from '../open-cache.ts';
import { writeLine } from '../output.ts';
import { formatBytes, plural } from '../progress/quantities.ts';

export interface CollectOptions {
  /** Seconds. */
  readonly maxAge?: number;
  /** Bytes. */
  readonly maxSize?: number;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly cache: string;
}

export async function collectCache(options: CollectOptions): Promise<ExitCode> {
  const unusedFor = options.maxAge === undefined ? undefined : options.maxAge * 1000;
  const collected = await collect(openCache(options.cache), {
    ...(unusedFor === undefined ? {} : { unusedFor, runsOlderThan: unusedFor }),
    ...(options.maxSize === undefined ? {} : { keepBytes: options.maxSize }),
    dryRun: options.dryRun === true,
  });
  if (options.json === true) writeLine(JSON.stringify(collected, null, 2));
  else for (const line of describeCollected(collected, options)) writeLine(line);
  return exitCode.done;
}

function describeCollected(collected: Collected, options: CollectOptions): readonly string[] {
  const { records, blobs, checkpoints, compiled, runs, bytes, bytesLeft } = collected;
  const gone = [
    plural(records, 'step'),
    plural(blobs, 'file'),
    plural(checkpoints, 'checkpoint'),
    plural(compiled, 'compiled step'),
    plural(runs, 'run folder'),
  ].join(', ');
  const verb = options.dryRun === true ? 'would remove' : 'removed';
  const over = options.maxSize !== undefined && bytesLeft > options.maxSize;
  return [
    `${verb} ${gone}: ${formatBytes(bytes)}; ${formatBytes(bytesLeft)} left in ${options.cache}`,
    ...(over ? ['what was used within the last hour, or since a run began that is still on, always stays'] : []),
  ];
}
