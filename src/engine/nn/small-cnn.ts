// Small convolutional networks, quick enough for two CPU cores: image to vector (docs/methods.md §2.2).
import { convolution, flatten, relu } from './layers.ts';
import { sequential, type Layer, type Layers } from './module.ts';
import { globalAveragePool, maxPool } from './pooling.ts';
import { splitBatchNorm } from './split-batch-norm.ts';

const block = (channels: number, size: number, stride: number, normSplits: number): Layer =>
  sequential({ convolution: convolution(channels, size, stride), norm: splitBatchNorm(normSplits), relu });

/** Three 3×3 stride-2 convolutions (32, 64, 128): quick, enough for backgrounds. */
export const conv3 = (normSplits: number): Layers => ({
  block1: block(32, 3, 2, normSplits),
  block2: block(64, 3, 2, normSplits),
  block3: block(128, 3, 2, normSplits),
  flatten,
});

/** 5×5 stride 2, 3×3, pool, 3×3, pool, 3×3, with these channels: for targets. */
export const conv4 =
  (channels: readonly [number, number, number, number]) =>
  (normSplits: number): Layers => ({
    block1: block(channels[0], 5, 2, normSplits),
    block2: block(channels[1], 3, 1, normSplits),
    pool2: maxPool(2, 2, 0),
    block3: block(channels[2], 3, 1, normSplits),
    pool3: maxPool(2, 2, 0),
    block4: block(channels[3], 3, 1, normSplits),
    flatten,
  });

/** The network of the step benchmark: four 3×3 convolutions (32, 64, 128, 128), strides 1 2 2 2, global average. */
export const smallCnn = (normSplits: number): Layers => ({
  block1: block(32, 3, 1, normSplits),
  block2: block(64, 3, 2, normSplits),
  block3: block(128, 3, 2, normSplits),
  block4: block(128, 3, 2, normSplits),
  pool: globalAveragePool,
});
