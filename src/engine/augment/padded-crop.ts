// Zero padding, then a random crop of the wanted size.
import { numberOf } from './planes.ts';
import type { ImageShape, Primitive } from './primitive.ts';
import { resample, shiftWeights } from './resample.ts';

export interface PaddedCrop {
  readonly kind: 'padded-crop';
  /** Pixels of zeros on every side. */
  readonly padding: number;
}

/** An image's numbers: row and column of the crop's first pixel, negative inside the padding. */
export function paddedCrop({ padding }: PaddedCrop, input: ImageShape, to: readonly [number, number]): Primitive {
  const [height, width, channels] = input;
  const places = [height + 2 * padding - to[0] + 1, width + 2 * padding - to[1] + 1] as const;
  if (places[0] < 1 || places[1] < 1)
    throw new RangeError(`a crop of ${to.join('×')} does not fit into ${height}×${width} padded by ${padding}`);
  return {
    output: [...to, channels],
    numbers: 2,
    draw: (random, into) => into.set(places.map((count) => random.integer(count) - padding)),
    apply: (images, numbers) =>
      resample(
        images,
        shiftWeights(numberOf(numbers, 0, 3), { axis: 'rows', from: height, to: to[0] }),
        shiftWeights(numberOf(numbers, 1, 3), { axis: 'columns', from: width, to: to[1] }),
      ),
  };
}
