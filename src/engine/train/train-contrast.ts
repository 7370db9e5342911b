// What momentum contrast trains: an encoder of images, or a head behind an encoder that stays as it is, or on features. Networks and views by kind; the
// rest is contrast-loop.ts.
import { randomKey } from '../../random/random.ts';
import { normalisationOf, normalised } from '../augment/normalisation.ts';
import type { Recipe } from '../augment/recipe.ts';
import type { FeatureRows } from '../cluster/points.ts';
import type { BackboneName } from '../nn/backbone-names.ts';
import { encoderLayers } from '../nn/backbones.ts';
import { contrastNetwork } from '../nn/contrast-network.ts';
import type { HeadName } from '../nn/head-names.ts';
import { head } from '../nn/head.ts';
import type { HeadDescription, NetworkDescription } from '../nn/network-description.ts';
import { contrastLoop, type ContrastLoopOptions, type TrainedContrast } from './contrast-loop.ts';
import { contrastParts } from './contrast-step.ts';
import type { FrozenEncoder } from './frozen-encoder.ts';
import type { ImageSet } from './image-set.ts';
import type { TrainingHooks } from './training-loop.ts';
import { frozenViews, imageViews, rowViews } from './view-source.ts';

export interface HeadTrainingOptions extends ContrastLoopOptions {
  readonly head: HeadName;
  /** Length of the instance part; 0 for categories only. */
  readonly dimension: number;
  readonly normSplits: number;
  readonly predictor: boolean;
  readonly seed: number;
}

export interface ContrastTrainingOptions extends HeadTrainingOptions {
  readonly backbone: BackboneName;
  readonly augmentation: Recipe;
}

const partsOf = ({ categories, dimension }: HeadTrainingOptions): readonly number[] =>
  contrastParts(categories?.count ?? 0, dimension);

const sum = (lengths: readonly number[]): number => lengths.reduce((all, one) => all + one, 0);

/** An encoder of images, from nothing. */
export async function trainContrast(
  images: ImageSet,
  options: ContrastTrainingOptions,
  hooks: TrainingHooks,
): Promise<TrainedContrast & { readonly description: NetworkDescription }> {
  const key = randomKey(options.seed, 'contrast');
  const image = [images.height, images.width, images.channels] as const;
  const parts = partsOf(options);
  const { query, key: follower } = contrastNetwork(
    (norm) => encoderLayers(options.backbone, image, sum(parts), { head: options.head, norm }),
    image,
    { parts, normSplits: options.normSplits, predictor: options.predictor },
  );
  const normalisation = normalisationOf(options.augmentation.normalisation, images);
  const network = { query: normalised(query, normalisation, image), key: normalised(follower, normalisation, image) };
  const source = imageViews(images, options.augmentation, normalisation, key, options.batch);
  const { backbone, head: headName, predictor } = options;
  return {
    ...(await contrastLoop(source, network, options, key, hooks)),
    description: { backbone, head: headName, parts, predictor, normalisation: normalisation ?? null },
  };
}

/** Head and unit norm on vectors of length `width`. */
const headNetwork = (width: number, options: HeadTrainingOptions) => {
  const parts = partsOf(options);
  return contrastNetwork((norm) => head(options.head, width, sum(parts), norm), [width], {
    ...{ parts, normSplits: options.normSplits, predictor: options.predictor },
  });
};

/** A head behind a frozen encoder, on two views of each image. */
export async function trainContrastHead(
  images: ImageSet,
  encoder: FrozenEncoder,
  options: HeadTrainingOptions & { readonly augmentation: Recipe },
  hooks: TrainingHooks,
): Promise<TrainedContrast & { readonly description: HeadDescription }> {
  const key = randomKey(options.seed, 'contrast head');
  const source = await frozenViews(images, encoder, options.augmentation, key, options.batch, hooks);
  const { head: name, predictor } = options;
  try {
    return {
      ...(await contrastLoop(source, headNetwork(encoder.dimension, options), options, key, hooks)),
      description: { head: name, parts: partsOf(options), predictor },
    };
  } finally {
    await source.close();
  }
}

/** A head on rows of features, of which noise makes two views. */
export function trainRowHead(
  rows: FeatureRows,
  options: HeadTrainingOptions & { readonly noise: number },
  hooks: TrainingHooks,
): Promise<TrainedContrast> {
  const key = randomKey(options.seed, 'row head');
  return contrastLoop(rowViews(rows, options.noise, key), headNetwork(rows.dimension, options), options, key, hooks);
}
