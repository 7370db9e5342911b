// The recipes that papers name, as data (docs/methods.md §3.1 has their sources). Sizes are those of the images that are trained on.
import type { ColourJitter } from './colour-jitter.ts';
import type { Cutout } from './cutout.ts';
import type { GaussianBlur } from './gaussian-blur.ts';
import type { Greyscale } from './greyscale.ts';
import type { HorizontalFlip } from './horizontal-flip.ts';
import type { RandomResizedCrop } from './random-resized-crop.ts';
import type { Recipe } from './recipe.ts';

const crop = (smallest: number, filter: RandomResizedCrop['filter'] = 'bilinear'): RandomResizedCrop => ({
  kind: 'random-resized-crop',
  scale: [smallest, 1],
  ratio: [3 / 4, 4 / 3],
  filter,
});

const jitter = (
  brightness: number,
  contrast: number,
  saturation: number,
  hue: number,
  probability = 1,
): ColourJitter => ({ kind: 'colour-jitter', probability, brightness, contrast, saturation, hue });

const grey: Greyscale = { kind: 'greyscale', probability: 0.2 };
const flip: HorizontalFlip = { kind: 'horizontal-flip', probability: 0.5 };
const blur = (probability: number, reach?: number): GaussianBlur => ({
  kind: 'gaussian-blur',
  probability,
  sigma: [0.1, 2],
  ...(reach === undefined ? {} : { reach }),
});

/** 16 of 32 pixels, 32 of 96, 75 of 224. */
const cut: Cutout = { kind: 'cutout', small: 1 / 2, large: 1 / 3 };
const operations = { count: 4 };

/** SimCLR's jitter at half strength, as most contrastive methods have it. */
const usualJitter = jitter(0.4, 0.4, 0.4, 0.1, 0.8);

export const recipes = {
  /** The images as they are. */
  plain: { primitives: [], normalisation: 'none' },
  idfd: { primitives: [crop(0.2), jitter(0.4, 0.4, 0.4, 0), grey], normalisation: 'cifar10' },
  npid: { primitives: [crop(0.2), jitter(0.4, 0.4, 0.4, 0.4), grey], normalisation: 'cifar10_by_image' },
  moco: { primitives: [crop(0.2), grey, jitter(0.4, 0.4, 0.4, 0.4), flip], normalisation: 'imagenet' },
  moco2: { primitives: [crop(0.2), usualJitter, grey, blur(0.5), flip], normalisation: 'imagenet' },
  moco2_no_blur: { primitives: [crop(0.2), usualJitter, grey, flip], normalisation: 'imagenet' },
  moco_cifar: { primitives: [crop(0.08), flip, usualJitter, grey], normalisation: 'cifar10_by_image' },
  simclr_no_blur: { primitives: [crop(0.08), flip, usualJitter, grey], normalisation: 'imagenet' },
  simclr_scan: { primitives: [crop(0.2), flip, usualJitter, grey], normalisation: 'images' },
  cc: { primitives: [crop(0.08), flip, usualJitter, grey], normalisation: 'none' },
  cc_strong: { primitives: [crop(0.08), flip, jitter(0.8, 0.8, 0.8, 0.2, 0.8), grey], normalisation: 'none' },
  /** A kernel of 23 × 23. */
  cc_strong_blur: {
    primitives: [crop(0.08), flip, jitter(0.8, 0.8, 0.8, 0.2, 0.8), grey, blur(0.5, 11)],
    normalisation: 'none',
  },
  tcl_weak: {
    primitives: [crop(0.2, 'bicubic'), flip, jitter(0.4, 0.4, 0.2, 0.1, 0.8), grey, blur(1)],
    normalisation: 'images',
  },
  tcl_weak_half_blur: {
    primitives: [crop(0.2, 'bicubic'), flip, jitter(0.4, 0.4, 0.2, 0.1, 0.8), grey, blur(0.5)],
    normalisation: 'images',
  },
  scan_strong: { operations, primitives: [flip, cut], normalisation: 'images' },
  /** For images whose mirror image is of another class, such as digits. */
  scan_strong_no_flip: { operations, primitives: [cut], normalisation: 'images' },
  spice_weak: { primitives: [{ kind: 'padded-crop', padding: 4 }, flip], normalisation: 'imagenet' },
  spice_strong: { operations, primitives: [flip, { ...cut, most: 32 }], normalisation: 'imagenet' },
  ruc_weak: { primitives: [crop(0.2), flip], normalisation: 'images' },
} as const satisfies Record<string, Recipe>;

export type RecipeName = keyof typeof recipes;

/** Settings of {@link affineRecipe}. */
export interface AffineSettings {
  /** Smallest and largest area of the crop, as a share of the image. */
  readonly crop: readonly [number, number];
  /** Largest rotation either way, degrees. */
  readonly rotation: number;
  /** Factors are uniform in 1 ± this. */
  readonly brightness: number;
  readonly contrast: number;
}

/** A rotated crop, brightness and contrast: what the settings of Stripe MNIST were found with. */
export function affineRecipe({ crop: scale, rotation, brightness, contrast }: AffineSettings): Recipe {
  return {
    primitives: [
      { kind: 'affine-crop', scale, rotation },
      { kind: 'brightness-contrast', brightness, contrast },
    ],
    normalisation: 'none',
  };
}
