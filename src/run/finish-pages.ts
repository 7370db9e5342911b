// What a run adds to its own copies of pages: what is known only of the run, and so is no part of what a step makes.
// In: the files, and a function from page to page. The store's own file of a page stays as the step made it.
import { writeAtomically } from '../cache/atomic-write.ts';
import { storing } from '../cache/store-error.ts';
import type { Store } from '../cache/store.ts';
import type { RunFolder } from './run-folder.ts';

export async function finishPages(
  { files }: Store,
  folder: RunFolder,
  pages: readonly string[],
  finish: (page: string) => string,
): Promise<void> {
  for (const file of pages) {
    const page = new TextDecoder().decode(await files.read(file));
    const finished = finish(page);
    if (finished === page) continue;
    await storing(`cannot write ${file}`, () => writeAtomically(files, folder.tmp, file, finished));
  }
}
