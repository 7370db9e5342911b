// Separable resampling: each image has a matrix for its rows and one for its columns, made inside the step from a few numbers.
import * as tf from '../tensor.ts';
import type { Tensor, Tensor4D } from '../tensor.ts';
import { fromPlanes, toPlanes } from './planes.ts';

export type Filter = 'bilinear' | 'bicubic';

/**
 * A matrix of weights an image for one axis: those of `rows` [B, to, from] multiply its planes from the left, those of `columns` [B, from, to] from
 * the right. They are made as they are multiplied: a product with a transposed operand takes more than twice as long.
 */
export type Axis = 'rows' | 'columns';

/** Images [B, H, W, C], weights of the rows [B, outH, H] and of the columns [B, W, outW] to [B, outH, outW, C]. */
export function resample(images: Tensor4D, rows: Tensor, columns: Tensor): Tensor4D {
  const [batch, height, width, channels] = images.shape;
  const [outHeight, outWidth] = [rows.shape[1]!, columns.shape[2]!];
  const tall = tf.matMul(rows, tf.reshape(images, [batch, height, width * channels]));
  const planes = toPlanes(tf.reshape(tall, [batch, outHeight, width, channels]));
  const wide = tf.matMul(tf.reshape(planes, [batch, channels * outHeight, width]), columns);
  return fromPlanes(tf.reshape(wide, [batch, channels, outHeight, outWidth]));
}

/** What one axis is resampled from, to how many pixels. */
export interface Sizes {
  readonly axis: Axis;
  readonly from: number;
  readonly to: number;
}

/** Centres of the pixels that are read and of those that are given, 0.5, 1.5, …, each along its own axis of the weights. */
function centres({ axis, from, to }: Sizes): { readonly read: Tensor; readonly given: Tensor } {
  const along = (length: number, at: 1 | 2): Tensor =>
    tf.tensor(
      Float32Array.from({ length }, (_, i) => i + 0.5),
      at === 1 ? [1, length, 1] : [1, 1, length],
    );
  return axis === 'rows'
    ? { read: along(from, 2), given: along(to, 1) }
    : { read: along(from, 1), given: along(to, 2) };
}

/** Weights divided so that those of each given pixel sum to 1. */
export function withUnitSums(weights: Tensor, axis: Axis): Tensor {
  return tf.div(weights, tf.sum(weights, axis === 'rows' ? 2 : 1, true));
}

/**
 * Weights that cut the pixels `start` to `start + extent` (whole numbers, [B, 1, 1]) out of an axis and resize them, as Pillow and torchvision
 * do with anti-aliasing: the filter is as wide as a pixel of the coarser side, centred between pixel edges, and what lies outside the
 * cut counts for nothing.
 */
export function resizeWeights(start: Tensor, extent: Tensor, sizes: Sizes, filter: Filter): Tensor {
  const { read, given } = centres(sizes);
  const scale = tf.mul(extent, 1 / sizes.to);
  const places = tf.add(start, tf.mul(scale, given));
  const distance = tf.abs(tf.mul(tf.sub(read, places), tf.div(1, tf.maximum(scale, 1))));
  const inside = tf.logicalAnd(tf.greater(read, start), tf.less(read, tf.add(start, extent)));
  const weights = tf.mul(filter === 'bilinear' ? triangle(distance) : cubic(distance), tf.cast(inside, 'float32'));
  return withUnitSums(weights, sizes.axis);
}

const triangle = (distance: Tensor): Tensor => tf.relu(tf.sub(1, distance));

/** Keys's cubic convolution with a = −1/2, Pillow's choice. */
function cubic(distance: Tensor): Tensor {
  const near = tf.add(tf.mul(tf.mul(tf.sub(tf.mul(distance, 1.5), 2.5), distance), distance), 1);
  const far = tf.add(tf.mul(tf.sub(tf.mul(tf.sub(2.5, tf.mul(distance, 0.5)), distance), 4), distance), 2);
  return tf.where(tf.less(distance, 1), near, tf.where(tf.less(distance, 2), far, tf.zerosLike(distance)));
}

/** Weights that take pixel `o + start` for pixel `o`, and nothing where there is none; `start` is a whole number, [B, 1, 1]. */
export function shiftWeights(start: Tensor, sizes: Sizes): Tensor {
  const { read, given } = centres(sizes);
  return tf.cast(tf.equal(tf.sub(read, given), start), 'float32');
}
