// Every primitive of an augmentation as a step of its own: the table is total, so a new primitive without a case is a type error.
import { fitRecipe, type PrimitiveSettings } from '../../src/engine/augment/recipe.ts';
import type { TensorData } from '../../src/engine/runtime/session.ts';
import type { Step, StepSignature } from '../../src/engine/runtime/step.ts';
import { viewInputs } from './whole-steps.ts';

type Kind = PrimitiveSettings['kind'];

const jitter = {
  kind: 'colour-jitter',
  probability: 1,
  brightness: 0.4,
  contrast: 0.4,
  saturation: 0.4,
  hue: 0.1,
} as const;

export const viewCases: { readonly [K in Kind]: readonly Extract<PrimitiveSettings, { kind: K }>[] } = {
  'affine-crop': [{ kind: 'affine-crop', scale: [0.3, 1], rotation: 15 }],
  'brightness-contrast': [{ kind: 'brightness-contrast', brightness: 0.4, contrast: 0.4 }],
  'colour-jitter': [jitter],
  cutout: [{ kind: 'cutout', small: 1 / 2, large: 1 / 3 }],
  'gaussian-blur': [{ kind: 'gaussian-blur', probability: 1, sigma: [0.1, 2] }],
  greyscale: [{ kind: 'greyscale', probability: 0.5 }],
  'horizontal-flip': [{ kind: 'horizontal-flip', probability: 0.5 }],
  'padded-crop': [{ kind: 'padded-crop', padding: 2 }],
  'random-resized-crop': (['bilinear', 'bicubic'] as const).map((filter) => ({
    ...{ kind: 'random-resized-crop', scale: [0.2, 1], ratio: [3 / 4, 4 / 3] },
    filter,
  })),
};

/** From images and their numbers to views. */
export function viewStep(settings: PrimitiveSettings): {
  readonly step: Step;
  readonly signature: StepSignature;
  readonly inputs: Readonly<Record<string, TensorData>>;
} {
  const image = [8, 8, 3] as const;
  const batch = 4;
  const augmentation = fitRecipe({ primitives: [settings], normalisation: 'none' }, image);
  const signature: StepSignature = {
    images: { shape: [batch, ...image], dtype: 'float32' },
    ...augmentation.signature(batch),
  };
  return {
    signature,
    step: (inputs) => ({ views: augmentation.apply(inputs) }),
    inputs: viewInputs(signature, augmentation),
  };
}
