// The plain layers: convolution, activation, pooling, linear. Images are NHWC.
import * as tf from '../tensor.ts';
import type { Tensor, Tensor2D, Tensor4D } from '../tensor.ts';
import type { Layer } from './module.ts';

/** Convolution without bias, padding ⌊size/2⌋ on every side; filter [size, size, in, out]. */
export function convolution(outChannels: number, size: number, stride: number): Layer {
  return ([height, width, channels]) => {
    const padding = Math.floor(size / 2);
    const along = (length: number): number => Math.floor((length + 2 * padding - size) / stride) + 1;
    return {
      variables: {
        filter: {
          shape: [size, size, channels!, outChannels],
          start: { kind: 'kaiming', fan: size * size * outChannels },
          trained: true,
        },
      },
      outputShape: [along(height!), along(width!), outChannels],
      apply: ({ filter }, input) => ({
        output: tf.conv2d(input as Tensor4D, filter as Tensor4D, stride, padding, 'NHWC', 1, 'floor'),
        updates: {},
      }),
    };
  };
}

export const relu: Layer = (shape) => ({
  variables: {},
  outputShape: shape,
  apply: (_, input) => ({ output: tf.relu(input), updates: {} }),
});

/**
 * Largest of each 2×2 window, stride 2; an odd last row or column is dropped.
 * Where several are equal the first in reading order has the gradient, as in PyTorch.
 */
export const maxPool: Layer = ([height, width, channels]) => {
  const rows = Math.floor(height! / 2);
  const columns = Math.floor(width! / 2);
  return {
    variables: {},
    outputShape: [rows, columns, channels!],
    apply: (_, input) => ({ output: largestOfWindows(input as Tensor4D, rows, columns), updates: {} }),
  };
};

function largestOfWindows(image: Tensor4D, rows: number, columns: number): Tensor4D {
  const pool = tf.customGrad((...args) => {
    const [x] = args as unknown as [Tensor4D];
    const [batch, height, width, channels] = x.shape;
    const even = tf.slice(x, [0, 0, 0, 0], [batch, 2 * rows, 2 * columns, channels]);
    const windows = tf.reshape(even, [batch * rows, 2, columns, 2 * channels]);
    // The four corners of each window, in reading order: [batch·rows, columns, channels].
    const corner = (row: number, column: number): Tensor =>
      tf.reshape(tf.slice(windows, [0, row, 0, column * channels], [batch * rows, 1, columns, channels]), [
        batch * rows,
        columns,
        channels,
      ]);
    const corners = [corner(0, 0), corner(0, 1), corner(1, 0), corner(1, 1)].map((tensor) => tf.keep(tensor));
    const top = tf.maximum(corners[0]!, corners[1]!);
    const bottom = tf.maximum(corners[2]!, corners[3]!);
    const largest = tf.keep(tf.maximum(top, bottom));
    return {
      value: tf.reshape(largest, [batch, rows, columns, channels]),
      gradFunc: (gradient: Tensor) => {
        let rest = tf.reshape(gradient, [batch * rows, columns, channels]);
        const parts = corners.map((tensor, index) => {
          if (index === corners.length - 1) return rest;
          const part = tf.mul(rest, tf.cast(tf.equal(tensor, largest), 'float32'));
          rest = tf.sub(rest, part);
          return part;
        });
        const line = (left: Tensor, right: Tensor): Tensor =>
          tf.reshape(tf.concat([left, right], 2), [batch * rows, 1, columns, 2 * channels]);
        const whole = tf.reshape(tf.concat([line(parts[0]!, parts[1]!), line(parts[2]!, parts[3]!)], 1), [
          batch,
          2 * rows,
          2 * columns,
          channels,
        ]);
        return [
          tf.pad(whole as Tensor4D, [
            [0, 0],
            [0, height - 2 * rows],
            [0, width - 2 * columns],
            [0, 0],
          ]),
        ];
      },
    };
  });
  return pool(image) as Tensor4D;
}

export const flatten: Layer = (shape) => {
  const size = shape.reduce((all, one) => all * one, 1);
  return {
    variables: {},
    outputShape: [size],
    apply: (_, input) => ({ output: tf.reshape(input, [input.shape[0], size]), updates: {} }),
  };
};

export const globalAveragePool: Layer = ([, , channels]) => ({
  variables: {},
  outputShape: [channels!],
  apply: (_, input) => ({ output: tf.mean(input, [1, 2]), updates: {} }),
});

/** x · weight + bias; weight [in, out]. */
export function linear(outputs: number): Layer {
  return ([inputs]) => ({
    variables: {
      weight: { shape: [inputs!, outputs], start: { kind: 'uniform', fan: inputs! }, trained: true },
      bias: { shape: [outputs], start: { kind: 'uniform', fan: inputs! }, trained: true },
    },
    outputShape: [outputs],
    apply: ({ weight, bias }, input) => ({
      output: tf.add(tf.matMul(input as Tensor2D, weight as Tensor2D), bias!),
      updates: {},
    }),
  });
}

/** Each row divided by its Euclidean norm, at least 1e-12. */
export function normaliseRows(x: Tensor2D): Tensor2D {
  return tf.mul(x, inverseNorm(x, 1));
}

/** Each column divided by its Euclidean norm, at least 1e-12. */
export function normaliseColumns(x: Tensor2D): Tensor2D {
  return tf.mul(x, inverseNorm(x, 0));
}

/** 1 / max(norm, 1e-12) along an axis, kept as length one. The square is bounded, not the root, so that its gradient stays finite at zero. */
function inverseNorm(x: Tensor2D, axis: number): Tensor {
  return tf.rsqrt(tf.maximum(tf.sum(tf.square(x), axis, true), 1e-24));
}

/** Unit-norm rows as a layer: the end of every encoder. */
export const unitNorm: Layer = (shape) => ({
  variables: {},
  outputShape: shape,
  apply: (_, input) => ({ output: normaliseRows(input as Tensor2D), updates: {} }),
});
