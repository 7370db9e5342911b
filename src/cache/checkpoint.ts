// Where a step keeps what it needs to continue after a kill: one file by the step's key, replaced atomically, its digest in front.
// In: the path of the file. It must not know what the bytes mean, nor the rest of the store: the worker has only this path.
import { dirname } from 'node:path';
import { readIfThere, type FileSystem } from '../platform/file-system.ts';
import { moveIntoPlace } from './atomic-write.ts';
import { digestOf } from './digest.ts';

const DIGEST_LENGTH = 64;
/** A 64-bit float after the digest. */
const HEADER_LENGTH = DIGEST_LENGTH + 8;

export interface Checkpoint {
  readonly content: Uint8Array;
  /** Seconds of computation that went into it, over all runs. */
  readonly seconds: number;
}

/** The last whole checkpoint; undefined where there is none or it is damaged, for then the step starts over. */
export async function loadCheckpoint(files: FileSystem, path: string): Promise<Checkpoint | undefined> {
  const bytes = await readIfThere(files, path);
  if (bytes === undefined || bytes.length < HEADER_LENGTH) return undefined;
  const digest = new TextDecoder().decode(bytes.subarray(0, DIGEST_LENGTH));
  if (digestOf(bytes.subarray(DIGEST_LENGTH)) !== digest) return undefined;
  const seconds = new DataView(bytes.buffer, bytes.byteOffset + DIGEST_LENGTH).getFloat64(0);
  // A copy, so that the content starts at offset 0 of a buffer of its own and typed arrays can be laid over it.
  return { content: Uint8Array.from(bytes.subarray(HEADER_LENGTH)), seconds };
}

export async function saveCheckpoint(files: FileSystem, path: string, checkpoint: Checkpoint): Promise<void> {
  await files.makeFolder(dirname(path));
  const bytes = new Uint8Array(HEADER_LENGTH + checkpoint.content.length);
  new DataView(bytes.buffer).setFloat64(DIGEST_LENGTH, checkpoint.seconds);
  bytes.set(checkpoint.content, HEADER_LENGTH);
  bytes.set(new TextEncoder().encode(digestOf(bytes.subarray(DIGEST_LENGTH))));
  // Beside it, for a worker knows nothing of the store's tmp/. What a killed worker left goes with the folder
  // when the step is done. The process number keeps apart a worker whose runner died and the one that follows it.
  const temporary = `${path}.${process.pid}.new`;
  try {
    await files.write(temporary, bytes);
    await moveIntoPlace(files, temporary, path);
  } catch (error) {
    await files.remove(temporary).catch(() => false);
    throw error;
  }
}
