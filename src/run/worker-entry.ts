// Where the worker's file is: beside the bundled program, or in dist/ when the sources themselves run, as in tests.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Throws where the program was not built. */
export function workerEntry(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    for (const candidate of [join(folder, 'stage-worker.js'), join(folder, 'dist', 'stage-worker.js')]) {
      if (existsSync(candidate)) return candidate;
    }
    if (folder === dirname(folder)) throw new Error('stage-worker.js was not found: run `npm run build`');
  }
}
