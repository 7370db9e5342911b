// The plain layers: convolution, activation, linear. Images are NHWC.
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

export const flatten: Layer = (shape) => {
  const size = shape.reduce((all, one) => all * one, 1);
  return {
    variables: {},
    outputShape: [size],
    apply: (_, input) => ({ output: tf.reshape(input, [input.shape[0], size]), updates: {} }),
  };
};

/** x · weight + bias; weight [in, out]. Before a batch norm, which takes a bias away again, it goes without. */
export function linear(outputs: number, { bias: hasBias = true } = {}): Layer {
  return ([inputs]) => {
    const start = { kind: 'uniform', fan: inputs! } as const;
    return {
      variables: {
        weight: { shape: [inputs!, outputs], start, trained: true },
        ...(hasBias ? { bias: { shape: [outputs], start, trained: true } } : {}),
      },
      outputShape: [outputs],
      apply: ({ weight, bias }, input) => {
        const product = tf.matMul(input, weight as Tensor2D);
        return { output: bias === undefined ? product : tf.add(product, bias), updates: {} };
      },
    };
  };
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
