// Pooling layers. Images are NHWC.
import * as tf from '../tensor.ts';
import type { Tensor4D } from '../tensor.ts';
import type { Layer } from './module.ts';

/** Windows that begin inside the padded length and end in it; those that would reach over are left out. */
const windows = (length: number, size: number, stride: number, padding: number): number =>
  Math.floor((length + 2 * padding - size) / stride) + 1;

/**
 * Largest of each window of size × size; what lies outside the image is never the largest. An incomplete last window is dropped.
 * Where several are equal the first in reading order has the gradient, as in PyTorch.
 */
export function maxPool(size: number, stride: number, padding: number): Layer {
  return ([height, width, channels]) => ({
    variables: {},
    outputShape: [windows(height!, size, stride, padding), windows(width!, size, stride, padding), channels!],
    apply: (_, input) => ({
      output: tf.maxPool(input as Tensor4D, size, stride, padding, 'floor'),
      updates: {},
    }),
  });
}

/** Mean of each window of size × size, without padding. An incomplete last window is dropped. */
export function averagePool(size: number, stride: number): Layer {
  return ([height, width, channels]) => ({
    variables: {},
    outputShape: [windows(height!, size, stride, 0), windows(width!, size, stride, 0), channels!],
    apply: (_, input) => ({ output: tf.avgPool(input as Tensor4D, size, stride, 0, 'floor'), updates: {} }),
  });
}

/** Mean of each channel of each image: [channels]. */
export const globalAveragePool: Layer = ([, , channels]) => ({
  variables: {},
  outputShape: [channels!],
  apply: (_, input) => ({ output: tf.mean(input, [1, 2]), updates: {} }),
});
