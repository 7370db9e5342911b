// Replaces a file of the user's by new content, whole or not at all: a temporary file beside it, fsync, rename. Links are followed, and the
// file keeps its mode.
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Throws what the system says where it cannot be written; the file is then as it was. */
export function replaceFile(path: string, content: string): void {
  const real = realpathSync(path);
  const { mode } = statSync(real);
  const temporary = join(dirname(real), `.${basename(real)}.${randomBytes(4).toString('hex')}.tmp`);
  try {
    const file = openSync(temporary, 'wx', mode);
    try {
      writeFileSync(file, content);
      fchmodSync(file, mode & 0o7777);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, real);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
