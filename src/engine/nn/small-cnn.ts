// Small convolutional networks, quick enough for two CPU cores: image to vector (docs/methods.md §2.2).
import { convolution, flatten, relu } from './layers.ts';
import { sequential, type Layer, type Layers } from './module.ts';
import { globalAveragePool, maxPool } from './pooling.ts';

const block = (channels: number, size: number, stride: number, norm: Layer): Layer =>
  sequential({ convolution: convolution(channels, size, stride), norm, relu });

/** Three 3×3 stride-2 convolutions (32, 64, 128): quick, enough for backgrounds. */
export const conv3 = (norm: Layer): Layers => ({
  block1: block(32, 3, 2, norm),
  block2: block(64, 3, 2, norm),
  block3: block(128, 3, 2, norm),
  flatten,
});

/** 5×5 stride 2, 3×3, pool, 3×3, pool, 3×3, with these channels: for targets. */
export const conv4 =
  (channels: readonly [number, number, number, number]) =>
  (norm: Layer): Layers => ({
    block1: block(channels[0], 5, 2, norm),
    block2: block(channels[1], 3, 1, norm),
    pool2: maxPool(2, 2, 0),
    block3: block(channels[2], 3, 1, norm),
    pool3: maxPool(2, 2, 0),
    block4: block(channels[3], 3, 1, norm),
    flatten,
  });

/** The network of the step benchmark: four 3×3 convolutions (32, 64, 128, 128), strides 1 2 2 2, global average. */
export const smallCnn = (norm: Layer): Layers => ({
  block1: block(32, 3, 1, norm),
  block2: block(64, 3, 2, norm),
  block3: block(128, 3, 2, norm),
  block4: block(128, 3, 2, norm),
  pool: globalAveragePool,
});
