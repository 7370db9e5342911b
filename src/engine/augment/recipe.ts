// A recipe is data: operations on bytes, primitives with their settings, in the order in which they are applied, and a normalisation. Fitted to images of one shape it is
// what a training step needs: how many numbers an image has, how they are drawn, and a pure function.
import type { RandomKey } from '../../random/random.ts';
import type { StepSignature } from '../runtime/step.ts';
import { slice, type Tensor, type Tensor2D, type Tensor4D } from '../tensor.ts';
import { affineCrop, type AffineCrop } from './affine-crop.ts';
import { brightnessContrast, type BrightnessContrast } from './brightness-contrast.ts';
import { colourJitter, type ColourJitter } from './colour-jitter.ts';
import { gaussianBlur, type GaussianBlur } from './gaussian-blur.ts';
import { greyscale, type Greyscale } from './greyscale.ts';
import { horizontalFlip, type HorizontalFlip } from './horizontal-flip.ts';
import { cutout, type Cutout } from './cutout.ts';
import type { Normalisation, NormalisationName } from './normalisation.ts';
import { paddedCrop, type PaddedCrop } from './padded-crop.ts';
import { drawNumbers, type ImageShape, type Primitive } from './primitive.ts';
import type { RandomOperations } from './random-operations.ts';
import { randomResizedCrop, type RandomResizedCrop } from './random-resized-crop.ts';

export type PrimitiveSettings =
  | AffineCrop
  | BrightnessContrast
  | ColourJitter
  | Cutout
  | GaussianBlur
  | Greyscale
  | HorizontalFlip
  | PaddedCrop
  | RandomResizedCrop;

export interface Recipe {
  /** Done to the bytes of the images, before the primitives. */
  readonly operations?: RandomOperations;
  readonly primitives: readonly PrimitiveSettings[];
  readonly normalisation: NormalisationName;
}

/** A recipe's views of images of one shape; they have that shape too. */
export interface Augmentation {
  /** What has to be done to the bytes of the images before the step reads them. */
  readonly operations: RandomOperations | undefined;
  /** Numbers that an image has; none where nothing is drawn. */
  readonly numbers: number;
  /** What a step reads beside its images: `numbers` [batch, numbers], where there are any. */
  signature(batch: number): StepSignature;
  /** [rows.length, numbers]; those of an image depend on the key and its row alone. */
  draw(key: RandomKey, rows: Int32Array): Float32Array;
  /** Views of `images` [B, H, W, C] in 0..1; pure, for use in a step. */
  apply(inputs: Readonly<Record<string, Tensor>>): Tensor4D;
}

/**
 * @param normalisation that the encoder has: what is cut out is zero behind it.
 * Errors: EngineError where a primitive cannot be applied to images of this shape.
 */
export function fitRecipe(recipe: Recipe, image: ImageShape, normalisation?: Normalisation): Augmentation {
  const primitives: Primitive[] = [];
  let shape = image;
  for (const settings of recipe.primitives) {
    const primitive = fitPrimitive(settings, shape, [image[0], image[1]], normalisation);
    primitives.push(primitive);
    shape = primitive.output;
  }
  const length = primitives.reduce((sum, { numbers }) => sum + numbers, 0);
  return {
    operations: recipe.operations,
    numbers: length,
    signature: (batch): StepSignature =>
      length === 0 ? {} : { numbers: { shape: [batch, length], dtype: 'float32' } },
    draw: (key, rows) => drawNumbers(primitives, key, rows),
    apply(inputs) {
      let images = inputs.images as Tensor4D;
      let first = 0;
      for (const primitive of primitives) {
        const numbers = slice(inputs.numbers as Tensor2D, [0, first], [images.shape[0], primitive.numbers]);
        images = primitive.apply(images, numbers);
        first += primitive.numbers;
      }
      return images;
    },
  };
}

/** @param size of the views, where the primitive is one that chooses it. */
export function fitPrimitive(
  settings: PrimitiveSettings,
  input: ImageShape,
  size: readonly [height: number, width: number],
  normalisation?: Normalisation,
): Primitive {
  switch (settings.kind) {
    case 'affine-crop':
      return affineCrop(settings, input);
    case 'brightness-contrast':
      return brightnessContrast(settings, input);
    case 'colour-jitter':
      return colourJitter(settings, input);
    case 'cutout':
      return cutout(settings, input, normalisation?.mean ?? Array<number>(input[2]).fill(0));
    case 'gaussian-blur':
      return gaussianBlur(settings, input);
    case 'greyscale':
      return greyscale(settings, input);
    case 'horizontal-flip':
      return horizontalFlip(settings, input);
    case 'padded-crop':
      return paddedCrop(settings, input, size);
    case 'random-resized-crop':
      return randomResizedCrop(settings, input, size);
  }
}
