// The backbones by name, and the encoders made of them: image to unit-norm feature vector (docs/methods.md §2.2, §2.3).
import { batchNorm } from './batch-norm.ts';
import { EncoderError } from './encoder-error.ts';
import { backboneNames, type BackboneName } from './backbone-names.ts';
import type { HeadName } from './head-names.ts';
import { head } from './head.ts';
import { unitNorm } from './layers.ts';
import { sequential, type Layer, type Layers } from './module.ts';
import { basicBlock, bottleneck, resnet } from './resnet.ts';
import { conv3, conv4, smallCnn } from './small-cnn.ts';

interface Network {
  /** Shortest side of an image. A residual network takes none that its strides make smaller than a pixel: its last filters would see only padding. */
  readonly smallest: number;
  /** Image to vector, with this batch norm. */
  readonly layers: (norm: Layer) => Layers;
}

const networks: Readonly<Record<BackboneName, Network>> = {
  conv3: { smallest: 1, layers: conv3 },
  conv4: { smallest: 7, layers: conv4([32, 64, 128, 128]) },
  conv4_half: { smallest: 7, layers: conv4([16, 32, 64, 64]) },
  small_cnn: { smallest: 1, layers: smallCnn },
  resnet18_cifar: { smallest: 8, layers: resnet('cifar', basicBlock, [2, 2, 2, 2]) },
  resnet34_cifar: { smallest: 8, layers: resnet('cifar', basicBlock, [3, 4, 6, 3]) },
  resnet18_stl: { smallest: 16, layers: resnet('stl', basicBlock, [2, 2, 2, 2]) },
  resnet34_stl: { smallest: 16, layers: resnet('stl', basicBlock, [3, 4, 6, 3]) },
  resnet18_imagenet: { smallest: 32, layers: resnet('imagenet', basicBlock, [2, 2, 2, 2]) },
  resnet34_imagenet: { smallest: 32, layers: resnet('imagenet', basicBlock, [3, 4, 6, 3]) },
  resnet50_imagenet: { smallest: 32, layers: resnet('imagenet', bottleneck, [3, 4, 6, 3]) },
};

export interface EncoderOptions {
  /** `linear` where it is not given. */
  readonly head?: HeadName;
  /** {@link batchNorm} where it is not given. */
  readonly norm?: Layer;
}

/** An encoder: backbone, head, unit norm. Its input is [height, width, channels]. */
export type EncoderOf = (dimension: number, options?: EncoderOptions) => Layer;

/**
 * A backbone by itself: images [height, width, channels] to vectors of a length of its own.
 * @throws EncoderError where the images are too small.
 */
export function backboneLayers(name: BackboneName, image: readonly number[], norm: Layer = batchNorm): Layers {
  const side = Math.min(image[0]!, image[1]!);
  const { smallest, layers } = networks[name];
  if (side < smallest)
    throw new EncoderError(
      `images of ${image[0]}×${image[1]} pixels are too small for the backbone ${name}, which takes ${smallest}×${smallest} or more`,
      `for this size there are ${backboneNames.filter((other) => networks[other].smallest <= side).join(', ')}`,
    );
  return layers(norm);
}

/**
 * Backbone and head, before any norm: images [height, width, channels] to vectors of length `dimension`.
 * @throws EncoderError where the images are too small.
 */
export function encoderLayers(
  name: BackboneName,
  image: readonly number[],
  dimension: number,
  { head: headName = 'linear', norm = batchNorm }: EncoderOptions = {},
): Layers {
  const backbone = backboneLayers(name, image, norm);
  const [width] = sequential(backbone)(image).outputShape;
  return { ...backbone, ...head(headName, width!, dimension, norm) };
}

const encoderOf =
  (name: BackboneName): EncoderOf =>
  (dimension, options) =>
  (image) =>
    sequential({ ...encoderLayers(name, image, dimension, options), unitNorm })(image);

/** Encoders by the name of their backbone, for images and a length of feature vector; errors as of {@link encoderLayers}. */
export const backbones = Object.fromEntries(backboneNames.map((name) => [name, encoderOf(name)])) as Readonly<
  Record<BackboneName, EncoderOf>
>;
