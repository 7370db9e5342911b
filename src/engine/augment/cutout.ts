// Cutout: a square at a random place, of a random side, is filled with what the network sees as zero (docs/methods.md §3.1).
import {
  add,
  clipByValue,
  matMul,
  mul,
  reshape,
  sub,
  tensor,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
} from '../tensor.ts';
import { numberOf } from './planes.ts';
import type { ImageShape, Primitive } from './primitive.ts';

export interface Cutout {
  readonly kind: 'cutout';
  /** Longest side of the square as a share of the image's longer side, where that has up to 48 pixels, and where it has more. */
  readonly small: number;
  readonly large: number;
  /** Longest side in pixels, whatever the share. */
  readonly most?: number;
}

/** Images up to so many pixels are small ones. */
const SMALL = 48;

/**
 * An image's numbers: first row, row behind the last, first column, column behind the last, cut off at the border.
 * @param fill of each channel: its mean where the encoder normalises (the square is zero behind it), else 0.
 */
export function cutout({ small, large, most }: Cutout, input: ImageShape, fill: readonly number[]): Primitive {
  const [height, width, channels] = input;
  const side = Math.max(height, width);
  const largest = Math.max(1, Math.min(most ?? side, Math.round(side * (side <= SMALL ? small : large))));
  return {
    output: input,
    numbers: 4,
    draw(random, into) {
      const half = Math.floor((1 + random.integer(largest)) / 2);
      const [row, column] = [random.integer(height), random.integer(width)];
      into.set([Math.max(0, row - half), Math.min(height, row + half)]);
      into.set([Math.max(0, column - half), Math.min(width, column + half)], 2);
    },
    apply(images, numbers) {
      const batch = images.shape[0];
      const rows = reshape(within(numbers, 0, height), [batch, height, 1]);
      const columns = reshape(within(numbers, 2, width), [batch, 1, width]);
      const cut = reshape(matMul(rows, columns), [batch, height, width, 1]);
      const filling = mul(cut, tensor([...fill], [1, 1, 1, channels]));
      return add<Tensor4D>(mul(images, sub(1, cut)), filling);
    },
  };
}

/** 1 for every place from the number at `index` to before the next number, else 0, [batch, length]. */
function within(numbers: Tensor2D, index: number, length: number): Tensor {
  const places = tensor(
    Array.from({ length }, (_, place) => place),
    [1, length],
  );
  const from = clipByValue(sub(add(places, 1), numberOf(numbers, index, 2)), 0, 1);
  return mul(from, clipByValue(sub(numberOf(numbers, index + 1, 2), places), 0, 1));
}
