// What a primitive of augmentation is: the numbers that each image has of its own, how they are drawn, and a pure function of images and numbers.
import { foldIn, RandomStream, type RandomKey } from '../../random/random.ts';
import type { Tensor2D, Tensor4D } from '../tensor.ts';

/** Height, width, channels. */
export type ImageShape = readonly [height: number, width: number, channels: number];

/** A primitive fitted to images of one shape. */
export interface Primitive {
  /** Shape of the images that it gives. */
  readonly output: ImageShape;
  /** How many numbers an image has; at least one. */
  readonly numbers: number;
  /** Draws the numbers of one image into an array of that length. */
  draw(random: RandomStream, into: Float32Array): void;
  /** Images [B, ...input] in 0..1 and numbers [B, numbers] to images [B, ...output] in 0..1. Holds no random number. */
  apply(images: Tensor4D, numbers: Tensor2D): Tensor4D;
}

/**
 * The numbers of primitives that are applied one after the other, [rows.length, sum of their numbers]. Those of an image depend on the key, its
 * row and the primitive's place alone.
 */
export function drawNumbers(primitives: readonly Primitive[], key: RandomKey, rows: Int32Array): Float32Array {
  const length = primitives.reduce((sum, { numbers }) => sum + numbers, 0);
  const drawn = new Float32Array(rows.length * length);
  let at = 0;
  for (const row of rows) {
    const image = foldIn(key, row);
    primitives.forEach((primitive, place) => {
      primitive.draw(new RandomStream(foldIn(image, place)), drawn.subarray(at, at + primitive.numbers));
      at += primitive.numbers;
    });
  }
  return drawn;
}
