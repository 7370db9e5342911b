// Where the built program is, for tests that start it as a process. Throws what the build said where it failed.
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';

export interface Distribution {
  /** The command line: run as `node <cli> …`. */
  readonly cli: string;
  /** The process that runs one stage: run as `node <worker> <task.json>`. */
  readonly worker: string;
  /** The folder of the checkout. */
  readonly root: string;
}

export function distribution(): Distribution {
  const failure = inject('buildFailure');
  if (failure !== '') throw new Error(`dist/ could not be built:\n${failure}`);
  const path = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));
  return { cli: path('dist/cli.js'), worker: path('dist/stage-worker.js'), root: path('.') };
}
