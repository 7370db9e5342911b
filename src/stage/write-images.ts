// Writes images to the file of an output while they are made, so that a set need not fit into memory. In: a file system, sizes, and pixels in
// pieces; out: the whole file, its digest and its size. The bytes are those that the codec would write.
import type { Images } from '../artifacts/artifact.ts';
import { imagesHeader } from '../artifacts/codec.ts';
import { runningDigest, type Digest } from '../cache/digest.ts';
import { storing } from '../cache/store-error.ts';
import type { FileSystem } from '../platform/file-system.ts';

export type ImageSizes = Omit<Images, 'data'>;

/** Images that are in their file already. */
export class WrittenImages {
  readonly file: string;
  readonly digest: Digest;
  readonly bytes: number;
  constructor(file: string, digest: Digest, bytes: number) {
    this.file = file;
    this.digest = digest;
    this.bytes = bytes;
  }
}

/**
 * The next piece is asked for when the one before is written. What was written goes where this fails.
 * @throws Error where the pieces are not exactly as long as the sizes say; StoreError for a fault of the disk; whatever `pieces` throws.
 */
export async function writeImages(
  files: FileSystem,
  file: string,
  sizes: ImageSizes,
  pieces: AsyncIterable<Uint8Array>,
): Promise<WrittenImages> {
  const what = 'cannot write images';
  const digest = runningDigest();
  const sink = await storing(what, () => files.create(file));
  let bytes = 0;
  const put = async (piece: Uint8Array): Promise<void> => {
    digest.add(piece);
    bytes += piece.length;
    await storing(what, () => sink.write(piece));
  };
  try {
    const header = imagesHeader(sizes);
    await put(header);
    for await (const piece of pieces) await put(piece);
    const expected = header.length + sizes.count * sizes.height * sizes.width * sizes.channels;
    if (bytes !== expected) throw new Error(`${bytes} bytes of images were made, and ${expected} announced`);
    await storing(what, () => sink.close());
  } catch (error) {
    await sink.abandon().catch(() => undefined);
    throw error;
  }
  return new WrittenImages(file, digest.end(), bytes);
}
