// Residual networks (He, Zhang, Ren, Sun 2016): image to vector (docs/methods.md §2.2). The stride of a bottleneck lies on its 3×3 convolution, as
// in torchvision, whose published counts of parameters these have.
import { identity } from './identity.ts';
import { convolution, relu } from './layers.ts';
import { residual, sequential, type Layer, type Layers } from './module.ts';
import { globalAveragePool, maxPool } from './pooling.ts';

/** How the network begins. `cifar`: 3×3. `stl`: 3×3, then max-pool 2×2 /2 with padding 1. `imagenet`: 7×7 /2, then max-pool 3×3 /2. */
export type Stem = 'cifar' | 'stl' | 'imagenet';

/** Blocks of each of the four stages. */
export type Depths = readonly [number, number, number, number];

/** A residual block: `width` inner channels, the stride, the batch norm. */
type Block = (width: number, stride: number, norm: Layer) => Layer;

/** The input itself where the shape stays, otherwise a 1×1 convolution with batch norm. */
const shortcut =
  (outChannels: number, stride: number, norm: Layer): Layer =>
  (inputShape) =>
    stride === 1 && inputShape.at(-1) === outChannels
      ? identity(inputShape)
      : sequential({ convolution: convolution(outChannels, 1, stride), norm })(inputShape);

/** Two 3×3 convolutions beside a shortcut. */
export const basicBlock: Block = (width, stride, norm) =>
  sequential({
    sum: residual(
      sequential({
        convolution1: convolution(width, 3, stride),
        norm1: norm,
        relu,
        convolution2: convolution(width, 3, 1),
        norm2: norm,
      }),
      shortcut(width, stride, norm),
    ),
    relu,
  });

/** 1×1 to `width` channels, 3×3, 1×1 to four times as many, beside a shortcut. */
export const bottleneck: Block = (width, stride, norm) =>
  sequential({
    sum: residual(
      sequential({
        convolution1: convolution(width, 1, 1),
        norm1: norm,
        relu1: relu,
        convolution2: convolution(width, 3, stride),
        norm2: norm,
        relu2: relu,
        convolution3: convolution(4 * width, 1, 1),
        norm3: norm,
      }),
      shortcut(4 * width, stride, norm),
    ),
    relu,
  });

function stem(name: Stem, norm: Layer): Layers {
  const first = (size: number, stride: number): Layer =>
    sequential({ convolution: convolution(64, size, stride), norm, relu });
  switch (name) {
    case 'cifar':
      return { stem: first(3, 1) };
    case 'stl':
      return { stem: first(3, 1), pool: maxPool(2, 2, 1) };
    case 'imagenet':
      return { stem: first(7, 2), pool: maxPool(3, 2, 1) };
  }
}

/** The network as a function of its batch norm: stem, four stages of 64, 128, 256, 512, global average. */
export const resnet =
  (stemName: Stem, block: Block, depths: Depths) =>
  (norm: Layer): Layers => ({
    ...stem(stemName, norm),
    ...Object.fromEntries(
      depths.flatMap((depth, stage) =>
        Array.from({ length: depth }, (_, at) => [
          `stage${stage + 1}.block${at + 1}`,
          block(64 * 2 ** stage, stage > 0 && at === 0 ? 2 : 1, norm),
        ]),
      ),
    ),
    average: globalAveragePool,
  });
