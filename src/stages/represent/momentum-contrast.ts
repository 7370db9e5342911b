// Momentum contrast with a categorical part (CDC; without the part: MoCo; docs/methods.md §3.10) as a stage: checks what it is given, trains, warns
// where categories degenerate, exports the query encoder.
import type { Encoder, Images } from '../../artifacts/artifact.ts';
import { backboneNames, type BackboneName } from '../../engine/nn/backbone-names.ts';
import { exportEncoder } from '../../engine/train/export-encoder.ts';
import { storedBackbone } from '../../engine/train/stored-network.ts';
import { trainContrast } from '../../engine/train/train-contrast.ts';
import { implementStage, type StageContext } from '../../stage/stage.ts';
import {
  checkContrast,
  contrastOptions,
  contrastProperties,
  unevenness,
  type ContrastParameters,
} from './contrast-parameters.ts';
import { onEngine } from './on-engine.ts';
import { trainingHooks } from './training-hooks.ts';
import { recipeOf, viewProperties, type ViewParameters } from './view-parameters.ts';

export interface MomentumContrastParameters extends ContrastParameters, ViewParameters {
  readonly backbone: BackboneName;
}

const properties: Readonly<Record<keyof MomentumContrastParameters, object>> = {
  ...contrastProperties,
  backbone: { enum: backboneNames },
  ...viewProperties,
};

interface Inputs {
  readonly images: Images;
  /** An encoder whose backbone is trained further, under a new head. */
  readonly start?: Encoder;
}

export const momentumContrast = implementStage({
  parameters: { type: 'object', properties, required: Object.keys(properties), additionalProperties: false },
  outputs: { encoder: 'Encoder', log: 'TrainingLog' },
  run(context: StageContext<MomentumContrastParameters, Inputs>) {
    return onEngine(() => train(context));
  },
});

async function train(context: StageContext<MomentumContrastParameters, Inputs>) {
  const { parameters } = context;
  const { images, start } = context.inputs;
  const { categories, dimension, epochs } = parameters;
  const batch = Math.min(parameters.batch, images.count);
  checkContrast(parameters, images.count, batch);
  const { encoder, values, series, description } = await trainContrast(
    images,
    {
      ...contrastOptions(parameters, batch),
      backbone: parameters.backbone,
      augmentation: recipeOf(parameters),
      ...(start === undefined ? {} : { start: storedBackbone(start, parameters.backbone) }),
    },
    await trainingHooks(context, batch),
  );
  const uneven = categories > 0 ? unevenness(series, categories) : undefined;
  if (uneven !== undefined) context.warn(uneven);
  const { height, width, channels } = images;
  const method = categories > 0 ? 'CDC' : 'MoCo';
  const doc = `${method} encoder trained by pipe`;
  const onnx = exportEncoder(encoder, [height, width, channels], values, doc, description);
  return {
    encoder: { onnx, height, width, channels, dimension: categories + dimension },
    log: { method, epochs, series },
  };
}
