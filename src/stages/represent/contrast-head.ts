// Momentum contrast of a head behind an encoder that stays as it is (docs/methods.md §3.11) as a stage: the encoder with the head behind it comes out as
// one model. Without an instance part there is nothing to contrast: an equipartition head.
import type { Encoder, Images } from '../../artifacts/artifact.ts';
import { FrozenEncoder } from '../../engine/train/frozen-encoder.ts';
import { withHead } from '../../engine/train/head-model.ts';
import { trainContrastHead } from '../../engine/train/train-contrast.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';
import {
  checkContrast,
  contrastOptions,
  contrastProperties,
  integer,
  unevenness,
  type ContrastParameters,
} from './contrast-parameters.ts';
import { onEngine } from './on-engine.ts';
import { trainingHooks } from './training-hooks.ts';
import { recipeOf, viewProperties, type ViewParameters } from './view-parameters.ts';

type Own = Omit<ViewParameters, 'normalisation'>;

export interface ContrastHeadParameters extends ContrastParameters, Own {}

const { normalisation: _, ...views } = viewProperties;

const properties: Readonly<Record<keyof ContrastHeadParameters, object>> = {
  ...contrastProperties,
  dimension: integer(0, 4096),
  ...views,
};

interface Inputs {
  readonly images: Images;
  readonly encoder: Encoder;
}

export const contrastHead = implementStage({
  parameters: { type: 'object', properties, required: Object.keys(properties), additionalProperties: false },
  outputs: { encoder: 'Encoder', log: 'TrainingLog' },
  run(context: StageContext<ContrastHeadParameters, Inputs>) {
    return onEngine(() => train(context));
  },
});

async function train(context: StageContext<ContrastHeadParameters, Inputs>) {
  const { parameters, engine, threads } = context;
  const { images, encoder } = context.inputs;
  const { categories, dimension, epochs } = parameters;
  const contrasts = dimension > 0 && parameters.contrast_weight > 0;
  if (categories + dimension === 0)
    throw new StageError('categories and dimension are both 0: the head has nothing to give');
  if (!contrasts && categories === 0)
    throw new StageError('contrast_weight is 0 and there are no categories: there is nothing to learn');
  const batch = Math.min(parameters.batch, images.count);
  // Without contrast nothing reads the queue, unless earlier scores are balanced with the batch's.
  const negatives = contrasts || parameters.history > 0 ? parameters.negatives : 'batch';
  const given = { ...parameters, negatives };
  checkContrast(given, images.count, batch);
  const { contrast, ...options } = contrastOptions(given, batch);
  const frozen = await FrozenEncoder.load(encoder, { engine, threads });
  try {
    const {
      encoder: head,
      values,
      series,
      description,
    } = await trainContrastHead(
      images,
      frozen,
      {
        ...options,
        ...(contrasts ? { contrast: contrast! } : {}),
        augmentation: recipeOf({ ...parameters, normalisation: 'none' }),
      },
      await trainingHooks(context, batch),
    );
    const uneven = categories > 0 ? unevenness(series, categories) : undefined;
    if (uneven !== undefined) context.warn(uneven);
    return {
      encoder: {
        ...encoder,
        onnx: withHead(encoder, head, values, description),
        dimension: categories + dimension,
      },
      log: { method: contrasts ? 'contrast head' : 'equipartition head', epochs, series },
    };
  } finally {
    await frozen.close();
  }
}
