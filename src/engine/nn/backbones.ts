// The encoders that stages name: image to unit-norm feature vector (docs/methods.md §2.2).
import { batchNorm } from './batch-norm.ts';
import { convolution, flatten, globalAveragePool, linear, maxPool, relu, unitNorm } from './layers.ts';
import { residual, sequential, type Layer } from './module.ts';

const block = (channels: number, size: number, stride: number): Layer =>
  sequential({ convolution: convolution(channels, size, stride), norm: batchNorm, relu });

/** Three 3×3 stride-2 convolutions (32, 64, 128): quick, enough for backgrounds. */
const conv3 = (dimension: number): Layer =>
  sequential({
    block1: block(32, 3, 2),
    block2: block(64, 3, 2),
    block3: block(128, 3, 2),
    flatten,
    linear: linear(dimension),
    unitNorm,
  });

/** 5×5 stride 2 (32), 3×3 (64), pool, 3×3 (128), pool, 3×3 (128): for targets. */
const conv4 = (dimension: number): Layer =>
  sequential({
    block1: block(32, 5, 2),
    block2: block(64, 3, 1),
    pool2: maxPool,
    block3: block(128, 3, 1),
    pool3: maxPool,
    block4: block(128, 3, 1),
    flatten,
    linear: linear(dimension),
    unitNorm,
  });

/** conv4 with half the channels: a third of the time, for small sets. */
const conv4Half = (dimension: number): Layer =>
  sequential({
    block1: block(16, 5, 2),
    block2: block(32, 3, 1),
    pool2: maxPool,
    block3: block(64, 3, 1),
    pool3: maxPool,
    block4: block(64, 3, 1),
    flatten,
    linear: linear(dimension),
    unitNorm,
  });

/** The network of the step benchmark: four 3×3 convolutions (32, 64, 128, 128), strides 1 2 2 2, global average. */
const smallCnn = (dimension: number): Layer =>
  sequential({
    block1: block(32, 3, 1),
    block2: block(64, 3, 2),
    block3: block(128, 3, 2),
    block4: block(128, 3, 2),
    pool: globalAveragePool,
    linear: linear(dimension),
    unitNorm,
  });

/** The input as it is. */
const identity: Layer = (shape) => ({
  variables: {},
  outputShape: shape,
  apply: (_, input) => ({ output: input, updates: {} }),
});

/** Two 3×3 convolutions beside a shortcut (He et al. 2016), which is a 1×1 convolution where the stride or the width changes. */
const basicBlock =
  (channels: number, stride: number): Layer =>
  (inputShape) =>
    sequential({
      sum: residual(
        sequential({
          convolution1: convolution(channels, 3, stride),
          norm1: batchNorm,
          relu,
          convolution2: convolution(channels, 3, 1),
          norm2: batchNorm,
        }),
        stride === 1 && inputShape.at(-1) === channels
          ? identity
          : sequential({ convolution: convolution(channels, 1, stride), norm: batchNorm }),
      ),
      relu,
    })(inputShape);

/** ResNet-18 for small images: a 3×3 stem of stride 1, no pooling after it, global average at the end; IDFD's network. */
const resnet18 = (dimension: number): Layer =>
  sequential({
    stem: block(64, 3, 1),
    ...Object.fromEntries(
      [64, 128, 256, 512].flatMap((channels, stage) => [
        [`stage${stage + 1}a`, basicBlock(channels, stage === 0 ? 1 : 2)],
        [`stage${stage + 1}b`, basicBlock(channels, 1)],
      ]),
    ),
    pool: globalAveragePool,
    linear: linear(dimension),
    unitNorm,
  });

export const backbones = { conv3, conv4, conv4_half: conv4Half, small_cnn: smallCnn, resnet18 } as const;

export type BackboneName = keyof typeof backbones;
