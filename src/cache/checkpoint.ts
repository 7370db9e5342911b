// Where a step keeps what it needs to continue after a kill: one file by the step's key, replaced atomically, its digest in front.
// In: the path of the file. It must not know what the bytes mean, nor the rest of the store: the worker has only this path.
import { dirname } from 'node:path';
import { readIfThere, type FileSystem } from '../platform/file-system.ts';
import { moveIntoPlace } from './atomic-write.ts';
import { digestOf } from './digest.ts';

const DIGEST_LENGTH = 64;
/** A 64-bit float after the digest. A multiple of 8 in all: what follows is aligned, so typed arrays can be laid over it without a copy. */
const HEADER_LENGTH = DIGEST_LENGTH + 8;

/** `Content` is bytes, or parts of them where they are saved. */
export interface Checkpoint<Content = Uint8Array> {
  readonly content: Content;
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
  return { content: bytes.subarray(HEADER_LENGTH), seconds };
}

/** The content is not copied: a checkpoint of large tensors takes no memory of its own. It must not change until this is done. */
export async function saveCheckpoint(
  files: FileSystem,
  path: string,
  { content, seconds }: Checkpoint<Uint8Array | readonly Uint8Array[]>,
): Promise<void> {
  await files.makeFolder(dirname(path));
  const header = new Uint8Array(HEADER_LENGTH);
  new DataView(header.buffer).setFloat64(DIGEST_LENGTH, seconds);
  const parts = content instanceof Uint8Array ? [content] : content;
  header.set(new TextEncoder().encode(digestOf([header.subarray(DIGEST_LENGTH), ...parts])));
  // Beside it, for a worker knows nothing of the store's tmp/. What a killed worker left goes with the folder
  // when the step is done. The process number keeps apart a worker whose runner died and the one that follows it.
  const temporary = `${path}.${process.pid}.new`;
  try {
    await files.write(temporary, [header, ...parts]);
    await moveIntoPlace(files, temporary, path);
  } catch (error) {
    await files.remove(temporary).catch(() => false);
    throw error;
  }
}
