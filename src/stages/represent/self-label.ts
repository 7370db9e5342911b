// Self-labelling (CDC §2.4; SCAN's third step; docs/methods.md §3.12) as a stage: trains an encoder with categories further, on the labels that it gives itself.
import type { Encoder, Images } from '../../artifacts/artifact.ts';
import { exportEncoder } from '../../engine/train/export-encoder.ts';
import { storedNetwork } from '../../engine/train/stored-network.ts';
import { trainSelfLabel } from '../../engine/train/train-self-label.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';
import {
  categoryProperties,
  checkCount,
  integer,
  optimization,
  type CategoryParameters,
} from './contrast-parameters.ts';
import { onEngine } from './on-engine.ts';
import { trainingHooks } from './training-hooks.ts';
import { recipeOf, viewProperties, type ViewParameters } from './view-parameters.ts';

type Training = Pick<
  CategoryParameters,
  'epochs' | 'batch' | 'tau_c' | 'optimizer' | 'learning_rate' | 'weight_decay' | 'warmup' | 'schedule' | 'seed'
>;

export interface SelfLabelParameters extends Training, Omit<ViewParameters, 'normalisation'> {
  readonly k: number;
  readonly threshold: number;
  readonly balance: boolean;
}

const { normalisation: _, ...views } = viewProperties;
const { epochs, batch, tau_c, optimizer, learning_rate, weight_decay, warmup, schedule, seed } = categoryProperties;

const properties: Readonly<Record<keyof SelfLabelParameters, object>> = {
  ...{ k: integer(2, 100_000), tau_c, threshold: { type: 'number', minimum: 0, maximum: 1 } },
  ...{ balance: { type: 'boolean' }, epochs, batch, optimizer, learning_rate, weight_decay, warmup, schedule },
  ...{ ...views, seed },
};

interface Inputs {
  readonly images: Images;
  readonly encoder: Encoder;
}

export const selfLabel = implementStage({
  parameters: { type: 'object', properties, required: Object.keys(properties), additionalProperties: false },
  outputs: { encoder: 'Encoder', log: 'TrainingLog' },
  run(context: StageContext<SelfLabelParameters, Inputs>) {
    return onEngine(() => train(context));
  },
});

async function train(context: StageContext<SelfLabelParameters, Inputs>) {
  const { parameters } = context;
  const { images, encoder } = context.inputs;
  const { k, threshold, tau_c: temperature, epochs: count } = parameters;
  checkCount(images.count);
  if (k > encoder.dimension)
    throw new StageError(`there are no ${k} scores in features of length ${encoder.dimension}`);
  const reach = largestProbability(k, temperature);
  if (threshold >= reach)
    throw new StageError(
      `threshold is ${threshold}, and with ${k} categories and tau_c ${temperature} no probability is above ${reach.toPrecision(4)}`,
      'take a smaller threshold, or a smaller tau_c',
    );
  const stored = storedNetwork(encoder);
  const rows = Math.min(parameters.batch, images.count);
  const { values, series } = await trainSelfLabel(
    images,
    stored,
    {
      ...{ count: k, temperature, threshold, balance: parameters.balance, epochs: count, batch: rows },
      ...optimization(parameters),
      augmentation: recipeOf({ ...parameters, normalisation: 'none' }),
      seed: parameters.seed,
    },
    await trainingHooks(context, rows),
  );
  const kept = series['kept']!.at(-1)!;
  if (kept === 0) context.warn(`self_label: in the last epoch no image had a probability above ${threshold}`);
  else if (series['smallest_share']!.at(-1) === 0)
    context.warn('self_label: in the last epoch no image of some category was sure enough to be learned from');
  const { height, width, channels } = images;
  const doc = 'self-labelled encoder trained by pipe';
  return {
    encoder: {
      ...encoder,
      onnx: exportEncoder(stored.network, [height, width, channels], values, doc, stored.description),
    },
    log: { method: 'self-labelling', epochs: count, series },
  };
}

/** Of scores of unit norm: one has all, against K − 1 that share what is left evenly, below zero. */
function largestProbability(k: number, temperature: number): number {
  // Scores (cos a, −sin a/√(K−1), …): the margin cos a + sin a/√(K−1) is largest at √(1 + 1/(K−1)).
  const margin = Math.sqrt(1 + 1 / (k - 1));
  return 1 / (1 + (k - 1) * Math.exp(-margin / temperature));
}
