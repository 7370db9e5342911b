// The one way into the store: a temporary file in the store, fsync, rename, fsync of the folder. A process killed anywhere
// in between leaves the old content or the new, and at worst a file under tmp/ that collection removes.
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { FileSystem } from '../platform/file-system.ts';

/** Replaces `path` by the whole of `content`, or leaves it. `tmp` is a folder in the same file system. */
export async function writeAtomically(
  files: FileSystem,
  tmp: string,
  path: string,
  content: Uint8Array | string,
): Promise<void> {
  await files.makeFolder(tmp);
  const temporary = join(tmp, `write-${randomUUID()}`);
  try {
    await files.write(temporary, content);
    await moveIntoPlace(files, temporary, path);
  } catch (error) {
    // A full disk must not stay full of halves. What stopped the write is the error to report, whatever comes of this.
    await files.remove(temporary).catch(() => false);
    throw error;
  }
}

/** Gives a durable file of the store its final name, durably. */
export async function moveIntoPlace(files: FileSystem, from: string, to: string): Promise<void> {
  const folder = dirname(to);
  await files.makeFolder(folder);
  await files.rename(from, to);
  await files.syncFolder(folder);
}
