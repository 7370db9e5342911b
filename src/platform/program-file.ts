// Where a file of the program is that another thread or process starts from: beside the bundled program, or in dist/ when the sources themselves
// run, as in tests.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Path of `name`, such as `stage-worker.js`. Throws where the program was not built. */
export function programFile(name: string): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    for (const candidate of [join(folder, name), join(folder, 'dist', name)])
      if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) throw new Error(`${name} was not found: run \`npm run build\``);
  }
}
