// Horizontal flip with a probability.
import { add, gather, mul, sub, tensor1d, type Tensor4D } from '../tensor.ts';
import { numberOf } from './planes.ts';
import type { ImageShape, Primitive } from './primitive.ts';

export interface HorizontalFlip {
  readonly kind: 'horizontal-flip';
  readonly probability: number;
}

/** An image's number is 1 where it is flipped. */
export function horizontalFlip({ probability }: HorizontalFlip, input: ImageShape): Primitive {
  const backwards = Int32Array.from({ length: input[1] }, (_, column) => input[1] - 1 - column);
  return {
    output: input,
    numbers: 1,
    draw(random, into) {
      into[0] = random.uniform() < probability ? 1 : 0;
    },
    apply(images, numbers) {
      const flipped = numberOf(numbers, 0, 4);
      const mirror = gather(images, tensor1d(backwards, 'int32'), 2);
      return add<Tensor4D>(mul(mirror, flipped), mul(images, sub(1, flipped)));
    },
  };
}
