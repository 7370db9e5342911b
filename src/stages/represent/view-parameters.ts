// The parameters by which training stages say how views are made, and the recipe that they name.
import { NORMALISATIONS, type NormalisationName } from '../../engine/augment/normalisation.ts';
import type { Recipe } from '../../engine/augment/recipe.ts';
import { affineRecipe, recipes, type RecipeName } from '../../engine/augment/recipes.ts';
import { StageError } from '../../stage/stage.ts';

export interface ViewParameters {
  readonly augmentation: 'affine' | RecipeName;
  readonly normalisation: 'recipe' | NormalisationName;
  readonly crop_min: number;
  readonly crop_max: number;
  readonly rotation: number;
  readonly brightness: number;
  readonly contrast: number;
}

const share = { type: 'number', minimum: 0, maximum: 1 };

/** JSON Schemas of the parameters. */
export const viewProperties: Readonly<Record<keyof ViewParameters, object>> = {
  augmentation: { enum: ['affine', ...Object.keys(recipes)] },
  normalisation: { enum: ['recipe', 'none', 'images', ...Object.keys(NORMALISATIONS)] },
  crop_min: { type: 'number', minimum: 0.01, maximum: 1 },
  crop_max: { type: 'number', minimum: 0.01, maximum: 1 },
  rotation: { type: 'number', minimum: 0, maximum: 180 },
  brightness: share,
  contrast: share,
};

/** Errors: StageError where the smallest crop is larger than the largest. */
export function recipeOf(parameters: ViewParameters): Recipe {
  if (parameters.crop_min > parameters.crop_max)
    throw new StageError(`crop_min is ${parameters.crop_min}, more than crop_max, ${parameters.crop_max}`);
  const recipe =
    parameters.augmentation === 'affine'
      ? affineRecipe({
          crop: [parameters.crop_min, parameters.crop_max],
          rotation: parameters.rotation,
          brightness: parameters.brightness,
          contrast: parameters.contrast,
        })
      : recipes[parameters.augmentation];
  return parameters.normalisation === 'recipe' ? recipe : { ...recipe, normalisation: parameters.normalisation };
}
