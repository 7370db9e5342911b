// The last step of a recipe: each channel less its mean, divided by its deviation. It is part of the encoder and not of the view, so that an encoder
// takes the same images in 0..1 wherever it is used, and two encoders with normalisations of their own can look at one view.
import { EngineError } from '../engine-error.ts';
import type { Module } from '../nn/module.ts';
import { mul, sub, tensor } from '../tensor.ts';
import type { ImageShape } from './primitive.ts';

/** Of each channel, for values in 0..1. */
export interface Normalisation {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** Published constants of data sets (docs/methods.md §3.1). */
export const NORMALISATIONS = {
  cifar10: { mean: [0.4914, 0.4822, 0.4465], deviation: [0.247, 0.2435, 0.2616] },
  /** The deviation is a mean over the deviations of single images; many published settings have it. */
  cifar10_by_image: { mean: [0.4914, 0.4822, 0.4465], deviation: [0.2023, 0.1994, 0.201] },
  cifar100: { mean: [0.5071, 0.4867, 0.4408], deviation: [0.2675, 0.2565, 0.2761] },
  stl10: { mean: [0.4409, 0.4279, 0.3868], deviation: [0.2683, 0.261, 0.2687] },
  imagenet: { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] },
} as const satisfies Record<string, Normalisation>;

/** `none`: values in 0..1 as they are. `images`: mean and deviation of the images that are trained on. */
export type NormalisationName = 'none' | 'images' | keyof typeof NORMALISATIONS;

/** 8-bit values, channel after channel within a pixel. */
interface Pixels {
  readonly channels: number;
  readonly data: Uint8Array;
}

/** Mean and deviation of each channel. A channel whose values are all equal has the deviation 1. */
export function imageNormalisation({ channels, data }: Pixels): Normalisation {
  const count = data.length / channels;
  const sums = new Array<number>(channels).fill(0);
  const squares = new Array<number>(channels).fill(0);
  // Sums of whole numbers are exact, whatever their order, up to 2^53.
  for (let at = 0, channel = 0; at < data.length; at += 1) {
    const value = data[at]!;
    sums[channel]! += value;
    squares[channel]! += value * value;
    channel = channel + 1 === channels ? 0 : channel + 1;
  }
  const mean = sums.map((sum) => sum / count);
  const variance = squares.map((square, channel) => square / count - mean[channel]! * mean[channel]!);
  return {
    mean: mean.map((value) => value / 255),
    deviation: variance.map((value) => (value > 0 ? Math.sqrt(value) / 255 : 1)),
  };
}

/** Errors: EngineError where published constants are for another number of channels. */
export function normalisationOf(name: NormalisationName, images: Pixels): Normalisation | undefined {
  if (name === 'none') return undefined;
  if (name === 'images') return imageNormalisation(images);
  const { mean } = NORMALISATIONS[name];
  if (mean.length !== images.channels)
    throw new EngineError(
      `the normalisation "${name}" is for ${mean.length} channels, the images have ${images.channels}`,
      'Take normalisation: "images", their own mean and deviation, or "none".',
    );
  return NORMALISATIONS[name];
}

/** The encoder, given images in 0..1 of the shape `image`, normalises them first. */
export function normalised(encoder: Module, normalisation: Normalisation | undefined, image: ImageShape): Module {
  if (normalisation === undefined) return encoder;
  const channels = image[2];
  const perChannel = (values: readonly number[]) => tensor([...values], [1, 1, 1, channels]);
  return {
    ...encoder,
    apply(variables, images, mode) {
      const centred = sub(images, perChannel(normalisation.mean));
      return encoder.apply(
        variables,
        mul(centred, perChannel(normalisation.deviation.map((value) => 1 / value))),
        mode,
      );
    },
  };
}
