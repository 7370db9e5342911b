// Image files in, a data set out: decoded on threads, fitted to one size, written while they are decoded, so that memory stays bounded however many
// they are. A file that cannot be decoded ends it with an error that names the file.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Labels, Manifest, ManifestSource } from '../../artifacts/artifact.ts';
import { DecodeError } from '../../decode/decode-error.ts';
import { decodeImages } from '../../decode/decode-images.ts';
import type { Box, Target } from '../../decode/fit-image.ts';
import { StageError, type StageContext } from '../../stage/stage.ts';
import type { WrittenImages } from '../../stage/write-images.ts';
import { writeDataset } from './write-dataset.ts';

export interface FileDataset {
  readonly name: string;
  readonly split: string;
  /** Where the files lie. */
  readonly root: string;
  /** Below the root, with `/`, in the order of the images; a box is the part that becomes the image. */
  readonly files: readonly { readonly name: string; readonly box?: Box }[];
  readonly target: Target;
  readonly labels?: Labels;
  /** Read besides the images. */
  readonly lists?: readonly ManifestSource[];
  readonly seed?: number;
  readonly rule: string;
}

type Context = Pick<StageContext<unknown>, 'writeImages' | 'progress' | 'signal' | 'threads'>;

/** @throws StageError that names the file that cannot be decoded, and why. */
export async function decodeDataset(
  context: Context,
  dataset: FileDataset,
): Promise<{ readonly images: WrittenImages; readonly manifest: Manifest }> {
  const { name, split, root, files, target, labels, lists = [], seed, rule } = dataset;
  const hash = createHash('sha256');
  let bytes = 0;
  const seen = new Set<string>();
  const paths = files.map((file) => {
    const path = join(root, file.name);
    return file.box === undefined ? path : { path, box: file.box };
  });
  async function* pieces(): AsyncGenerator<Uint8Array> {
    const { threads, signal } = context;
    for await (const chunk of decodeImages(paths, target, { threads, signal, hashes: true })) {
      chunk.files.forEach((file, at) => {
        const source = files[chunk.first + at]!.name;
        // A file that several images are cut from counts once.
        if (seen.has(source)) return;
        seen.add(source);
        bytes += file.bytes;
        hash.update(`${source}\n${file.sha256}\n`);
      });
      yield chunk.data;
    }
  }
  try {
    return await writeDataset(context, {
      ...{ name, split, rule },
      sizes: { count: files.length, height: target.height, width: target.width, channels: target.channels },
      pieces: pieces(),
      ...(labels === undefined ? {} : { labels: () => labels }),
      ...(seed === undefined ? {} : { seed }),
      sources: () => [...lists, { name: 'images', files: seen.size, bytes, sha256: hash.digest('hex') }],
    });
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new StageError(error.message, 'replace the file by a fresh copy, or remove it if the set may do without it');
  }
}

/** `count` of `total` indices, evenly spaced from the first on: of a list sorted by class, every class keeps its share. */
export function evenlySpaced(total: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => Math.floor((index * total) / count));
}

/** "resized to a shorter side of 256, the middle 224×224". */
export function describeFit({ height, width, channels, fit, shorterSide }: Target): string {
  const colours = channels === 1 ? 'grey' : 'RGB';
  if (fit === 'stretch') return `stretched to ${height}×${width} ${colours}`;
  return shorterSide === undefined
    ? `resized until ${height}×${width} fits, the middle cut out, ${colours}`
    : `shorter side resized to ${shorterSide}, the middle ${height}×${width} cut out, ${colours}`;
}
