// A file that one process writes and another trusts: its digest in front, replaced atomically. For what lies outside the store's blobs, where
// a worker writes. In: a path; out: the content, whole, or the knowledge that it is not. It must not know what the bytes mean.
import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { readIfThere, type FileSystem } from '../platform/file-system.ts';
import { moveIntoPlace } from './atomic-write.ts';
import { digestOf } from './digest.ts';

const DIGEST_LENGTH = 64;

/** Ends the name of a file that is still being written. */
export const UNFINISHED = '.new';

/** The content; `damaged` where the file is not what was written, undefined where there is none. */
export async function readSealed(files: FileSystem, path: string): Promise<Uint8Array | 'damaged' | undefined> {
  const bytes = await readIfThere(files, path);
  if (bytes === undefined) return undefined;
  if (bytes.length < DIGEST_LENGTH) return 'damaged';
  const digest = new TextDecoder().decode(bytes.subarray(0, DIGEST_LENGTH));
  const content = bytes.subarray(DIGEST_LENGTH);
  return digestOf(content) === digest ? content : 'damaged';
}

/** The parts, one after the other, are the content; they are not copied. Durable when the promise resolves. */
export async function writeSealed(files: FileSystem, path: string, parts: readonly Uint8Array[]): Promise<void> {
  await files.makeFolder(dirname(path));
  const digest = new TextEncoder().encode(digestOf(parts));
  // Beside it, for a worker knows nothing of the store's tmp/. The name keeps apart two workers that write the same file.
  const temporary = `${path}.${randomUUID()}${UNFINISHED}`;
  try {
    await files.write(temporary, [digest, ...parts]);
    await moveIntoPlace(files, temporary, path);
  } catch (error) {
    await files.remove(temporary).catch(() => false);
    throw error;
  }
}
