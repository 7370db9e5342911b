// Where a step keeps what it needs to continue after a kill: one sealed file by the step's key.
// In: the path of the file. It must not know what the bytes mean, nor the rest of the store: the worker has only this path.
import type { FileSystem } from '../platform/file-system.ts';
import { readSealed, writeSealed } from './sealed-file.ts';

/** A 64-bit float before the content. A multiple of 8, like the digest: what follows is aligned, so typed arrays can be laid over it without a copy. */
const HEADER_LENGTH = 8;

/** `Content` is bytes, or parts of them where they are saved. */
export interface Checkpoint<Content = Uint8Array> {
  readonly content: Content;
  /** Seconds of computation that went into it, over all runs. */
  readonly seconds: number;
}

/** The last whole checkpoint; undefined where there is none or it is damaged, for then the step starts over. */
export async function loadCheckpoint(files: FileSystem, path: string): Promise<Checkpoint | undefined> {
  const bytes = await readSealed(files, path);
  if (bytes === undefined || bytes === 'damaged' || bytes.length < HEADER_LENGTH) return undefined;
  const seconds = new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0);
  return { content: bytes.subarray(HEADER_LENGTH), seconds };
}

/**
 * The content is not copied: a checkpoint of large tensors takes no memory of its own. It must not change until this is done. What a killed worker
 * leaves beside the file goes with the folder when the step is done.
 */
export async function saveCheckpoint(
  files: FileSystem,
  path: string,
  { content, seconds }: Checkpoint<Uint8Array | readonly Uint8Array[]>,
): Promise<void> {
  const header = new Uint8Array(HEADER_LENGTH);
  new DataView(header.buffer).setFloat64(0, seconds);
  await writeSealed(files, path, [header, ...(content instanceof Uint8Array ? [content] : content)]);
}
