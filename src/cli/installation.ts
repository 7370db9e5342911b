// Where this installation keeps its parts. Works from dist/ (bundled, this code in a chunk) and from src/ (tests).
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The nearest folder upwards that holds `stdlib/std`: dist/ when bundled, the checkout when not. */
export function installationFolder(start: string = dirname(fileURLToPath(import.meta.url))): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'stdlib', 'std'))) return folder;
    if (dirname(folder) === folder)
      throw new Error(`the standard library is not beside the program (searched upwards from ${start})`);
  }
}

/** The folder that holds `std/`. */
export const standardLibraryFolder = (): string => join(installationFolder(), 'stdlib');
