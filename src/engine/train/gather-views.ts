// Batches of images as a step reads them, each image with its random operations on bytes where a recipe has any.
import { foldIn, type RandomKey } from '../../random/random.ts';
import { applyRandomOperations, type RandomOperations } from '../augment/random-operations.ts';
import { gatherImages, type ImageSet } from './image-set.ts';

/**
 * Writes the images of these rows one after the other into `out`, float32 in 0..1. What is done to an image depends on the key and its row alone.
 * @param key of the views of this epoch, the one that the recipe's numbers are drawn with.
 */
export function gatherViews(
  out: Float32Array,
  images: ImageSet,
  rows: Int32Array,
  operations: RandomOperations | undefined,
  key: RandomKey,
): void {
  if (operations === undefined) {
    gatherImages(out, images, rows);
    return;
  }
  const shape = [images.height, images.width, images.channels] as const;
  const size = images.height * images.width * images.channels;
  rows.forEach((row, place) => {
    const image = images.data.subarray(row * size, (row + 1) * size);
    const changed = applyRandomOperations(image, shape, operations, foldIn(foldIn(key, row), 'operations'));
    for (let at = 0; at < size; at += 1) out[place * size + at] = changed[at]! / 255;
  });
}
