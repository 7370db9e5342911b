// A background set from any folder of images: random resized crops, taken in turn from the files. In: a folder, how many; out: images, manifest.
// Crop k is of file k mod n, in the order of names, its box drawn from (seed, k) alone (docs/methods.md §3.1 has the way of drawing).
import { join } from 'node:path';
import { open } from 'node:fs/promises';
import { readImageHeader } from '../../decode/image-header.ts';
import type { Box } from '../../decode/fit-image.ts';
import { drawBox } from '../../engine/augment/random-resized-crop.ts';
import { foldIn, randomKey, RandomStream } from '../../random/random.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';
import { listed } from './class-folders.ts';
import { needPlace } from './data-place.ts';
import { decodeDataset } from './decode-dataset.ts';
import { listImages } from './image-files.ts';

export interface ImageCropsParameters {
  readonly folder: string;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly sources: number | null;
  readonly crop_min: number;
  readonly crop_max: number;
  readonly seed: number;
}

const side = { type: 'integer', minimum: 1, maximum: 4096 };
const share = { type: 'number', exclusiveMinimum: 0, maximum: 1 };
/** Width over height. */
const RATIO = [3 / 4, 4 / 3] as const;
/** Sizes stand near the start of a file; where a JPEG has more before them, all of it is read. */
const HEAD = 65_536;

export const imageCrops = implementStage({
  parameters: {
    type: 'object',
    properties: {
      folder: { type: 'string' },
      count: { type: 'integer', minimum: 1, maximum: 10_000_000 },
      height: side,
      width: side,
      sources: { type: ['integer', 'null'], minimum: 1 },
      crop_min: share,
      crop_max: share,
      seed: { type: 'integer' },
    },
    required: ['folder', 'count', 'height', 'width', 'sources', 'crop_min', 'crop_max', 'seed'],
    additionalProperties: false,
  },
  outputs: { images: 'Images', manifest: 'Manifest' },
  async run(context: StageContext<ImageCropsParameters, object>) {
    const { folder, count, height, width, sources, crop_min, crop_max, seed } = context.parameters;
    if (crop_min > crop_max)
      throw new StageError(`image_crops: crop_min is ${crop_min}, more than crop_max, ${crop_max}`);
    const root = await needPlace(
      `image_crops: ${folder}`,
      folder,
      context.dataFolder,
      'give a folder that is absolute, or below PIPE_DATA or the current folder',
    );
    const { images: names, others } = await listImages(root);
    if (names.length === 0) throw new StageError(`${root} holds no JPEG or PNG file`, 'put images there, at any depth');
    if (others.length > 0) context.warn(`passed over files that are no JPEG or PNG by their name: ${listed(others)}`);
    if (sources !== null && names.length !== sources) {
      throw new StageError(
        `${root} holds ${names.length} images, expected ${sources}`,
        'compare it with the published set; for a set of your own leave sources out',
      );
    }

    const used = names.slice(0, count);
    const sizes: (readonly [height: number, width: number])[] = [];
    for (const name of used) {
      context.signal.throwIfAborted();
      sizes.push(await sizeOf(join(root, name)));
    }
    const key = randomKey(seed, 'crops');
    const options = {
      kind: 'random-resized-crop',
      filter: 'bilinear',
      scale: [crop_min, crop_max],
      ratio: RATIO,
    } as const;
    const boxOf = (index: number): Box => {
      const [h, w] = sizes[index % used.length]!;
      const [top, left, boxHeight, boxWidth] = drawBox(new RandomStream(foldIn(key, index)), [h, w, 3], options);
      return { left, top, width: boxWidth, height: boxHeight };
    };
    return decodeDataset(context, {
      ...{ name: folder, split: 'crops', root, seed },
      files: Array.from({ length: count }, (_, index) => ({ name: used[index % used.length]!, box: boxOf(index) })),
      target: { height, width, channels: 3, fit: 'stretch' },
      rule: `crop k is of image k mod ${names.length} by name, a box of ${crop_min} to ${crop_max} of its area and an aspect of 3/4 to 4/3, resized to ${height}×${width}`,
    });
  },
});

/** @throws StageError where the file does not say what size its image has. */
async function sizeOf(path: string): Promise<readonly [height: number, width: number]> {
  try {
    const handle = await open(path, 'r');
    try {
      const head = new Uint8Array(HEAD);
      const { bytesRead } = await handle.read(head, 0, HEAD, 0);
      let bytes = head.subarray(0, bytesRead);
      if (bytesRead === HEAD && !tells(bytes)) bytes = new Uint8Array(await handle.readFile());
      const { height, width } = readImageHeader(bytes);
      if (height < 1 || width < 1) throw new Error(`its size is ${width}×${height}`);
      return [height, width];
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new StageError(
      `cannot decode ${path}: ${error instanceof Error ? error.message : String(error)}`,
      'replace the file by a fresh copy, or remove it if the set may do without it',
    );
  }
}

function tells(head: Uint8Array): boolean {
  try {
    readImageHeader(head);
    return true;
  } catch {
    return false;
  }
}
