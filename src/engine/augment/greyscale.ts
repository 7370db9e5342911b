// Grey with a probability. Images that have not three channels stay as they are: those of one are grey already.
import { sub } from '../tensor.ts';
import { fromPlanes, mixWithGrey, numberOf, toPlanes } from './planes.ts';
import type { ImageShape, Primitive } from './primitive.ts';

export interface Greyscale {
  readonly kind: 'greyscale';
  readonly probability: number;
}

/** An image's number is 1 where it turns grey. */
export function greyscale({ probability }: Greyscale, input: ImageShape): Primitive {
  return {
    output: input,
    numbers: 1,
    draw(random, into) {
      into[0] = random.uniform() < probability ? 1 : 0;
    },
    apply(images, numbers) {
      if (input[2] !== 3) return images;
      const chosen = numberOf(numbers, 0, 3);
      return fromPlanes(mixWithGrey(toPlanes(images), sub(1, chosen), chosen));
    },
  };
}
