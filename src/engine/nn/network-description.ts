// What an encoder trained here is made of, as data: kept in its model, so that it can be trained further. In: a description; out: the network again.
import type { Normalisation } from '../augment/normalisation.ts';
import { normalised } from '../augment/normalisation.ts';
import type { BackboneName } from './backbone-names.ts';
import { backboneLayers, encoderLayers } from './backbones.ts';
import { contrastNetwork } from './contrast-network.ts';
import type { HeadName } from './head-names.ts';
import { unitNorm } from './layers.ts';
import { sequential, type Module } from './module.ts';

export interface NetworkDescription {
  readonly backbone: BackboneName;
  readonly head: HeadName;
  /** Lengths of the parts of a feature vector, each of unit norm. */
  readonly parts: readonly number[];
  readonly predictor: boolean;
  /** Of the images, in front of the network; null for none. */
  readonly normalisation: Normalisation | null;
}

/** The encoder, with plain batch norm: its variables have the names and shapes that they had in training. */
export function describedNetwork(description: NetworkDescription, image: readonly [number, number, number]): Module {
  const { backbone, head, parts, predictor, normalisation } = description;
  const dimension = parts.reduce((sum, length) => sum + length, 0);
  const { query } = contrastNetwork((norm) => encoderLayers(backbone, image, dimension, { head, norm }), image, {
    ...{ parts, normSplits: 1, predictor },
  });
  return normalised(query, normalisation ?? undefined, image);
}

/** Its backbone with unit norm: the encoder before its head. Its variables are some of the encoder's, by the same names. */
export function describedBackbone(
  { backbone, normalisation }: NetworkDescription,
  image: readonly [number, number, number],
): Module {
  const vectors = sequential({ ...backboneLayers(backbone, image), unitNorm })(image);
  return normalised(vectors, normalisation ?? undefined, image);
}
