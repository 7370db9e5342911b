// The files behind `reads`, before a stage of the user's own is run.
import { resolve } from 'node:path';
import type { FileSystem } from '../platform/file-system.ts';
import { StageError } from './stage-error.ts';

/**
 * A file that is not there has no digest, so that nothing would notice its change.
 * @throws StageError where one is missing, or is a folder
 */
export async function requireFiles(
  { folder, reads }: { readonly folder: string; readonly reads: readonly string[] },
  files: FileSystem,
): Promise<void> {
  for (const file of reads) {
    const found = await files.stat(resolve(folder, file));
    if (found?.kind === 'file') continue;
    throw found === undefined
      ? new StageError(`it reads "${file}", and there is no such file in ${folder}`)
      : new StageError(`it reads "${file}", and that is no file`, 'Name the files in a folder one by one.');
  }
}
