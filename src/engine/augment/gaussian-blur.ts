// Gaussian blur with a probability and a width of its own for each image: a banded matrix for the rows and one for the columns.
// The border is mirrored without repeating the outermost pixel, as torchvision does.
import { EngineError } from '../engine-error.ts';
import * as tf from '../tensor.ts';
import type { Tensor } from '../tensor.ts';
import { numberOf } from './planes.ts';
import type { ImageShape, Primitive } from './primitive.ts';
import { withUnitSums, resample, type Axis } from './resample.ts';

export interface GaussianBlur {
  readonly kind: 'gaussian-blur';
  readonly probability: number;
  /** Smallest and largest standard deviation, pixels. */
  readonly sigma: readonly [number, number];
  /** Pixels of the kernel on either side of its middle; where none is given, three deviations, rounded up. */
  readonly reach?: number;
}

/** An image's numbers: 1/(2σ²) and the kernel's reach. Without blur both are 0: a kernel of one pixel. */
export function gaussianBlur(options: GaussianBlur, input: ImageShape): Primitive {
  const [height, width] = input;
  const reachOf = (sigma: number): number => options.reach ?? Math.ceil(3 * sigma);
  const longest = reachOf(options.sigma[1]);
  if (longest >= Math.min(height, width))
    throw new EngineError(
      `a blur that reaches ${longest} pixels wants more than ${longest} rows and columns, the images have ${height}×${width}`,
      'Choose an augmentation without blur.',
    );
  return {
    output: input,
    numbers: 2,
    draw(random, into) {
      const chosen = random.uniform() < options.probability;
      const sigma = random.uniform(...options.sigma);
      into.set(chosen ? [1 / (2 * sigma * sigma), reachOf(sigma)] : [0, 0]);
    },
    apply(images, numbers) {
      const [steepness, reach] = [numberOf(numbers, 0, 3), numberOf(numbers, 1, 3)];
      return resample(
        images,
        blurWeights(steepness, reach, height, 'rows'),
        blurWeights(steepness, reach, width, 'columns'),
      );
    },
  };
}

function blurWeights(steepness: Tensor, reach: Tensor, length: number, axis: Axis): Tensor {
  // Pixel i is seen in its own place and, mirrored, beyond both ends; the outermost pixels have no mirror image at their own end.
  const direct = offsets(length, axis, (i) => i);
  const before = offsets(length, axis, (i) => (i === 0 ? NOWHERE : -i));
  const after = offsets(length, axis, (i) => (i === length - 1 ? NOWHERE : 2 * (length - 1) - i));
  const weights = [direct, before, after]
    .map((offset) => {
      const kernel = tf.exp(tf.neg(tf.mul(tf.square(offset), steepness)));
      return tf.mul(kernel, tf.cast(tf.lessEqual(tf.abs(offset), reach), 'float32'));
    })
    .reduce((all, one) => tf.add(all, one));
  return withUnitSums(weights, axis);
}

/** Farther than any kernel reaches. */
const NOWHERE = 1e6;

/** How far the place of the pixel i that is read is from the pixel o that is given, [1, o, i] for rows and [1, i, o] for columns. */
function offsets(length: number, axis: Axis, place: (i: number) => number): Tensor {
  return tf.tensor(
    Float32Array.from({ length: length * length }, (_, at) => {
      const [first, second] = [Math.floor(at / length), at % length];
      return axis === 'rows' ? place(second) - first : place(first) - second;
    }),
    [1, length, length],
  );
}
