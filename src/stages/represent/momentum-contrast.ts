// Momentum contrast with a categorical part (CDC; without the part: MoCo; docs/methods.md §3.10) as a stage: checks what it is given, trains, warns
// where categories degenerate, exports the query encoder.
import type { Images } from '../../artifacts/artifact.ts';
import { adam, sgd } from '../../engine/optim/optimizer.ts';
import type { RateOptions } from '../../engine/optim/schedule.ts';
import type { BackboneName } from '../../engine/nn/backbone-names.ts';
import { backboneNames } from '../../engine/nn/backbone-names.ts';
import { headNames, type HeadName } from '../../engine/nn/head-names.ts';
import type { EquipartitionTarget } from '../../engine/train/contrast-step.ts';
import { exportEncoder } from '../../engine/train/export-encoder.ts';
import { trainContrast, type ContrastTrainingOptions } from '../../engine/train/train-contrast.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';
import { onEngine } from './on-engine.ts';
import { trainingHooks } from './training-hooks.ts';
import { recipeOf, viewProperties, type ViewParameters } from './view-parameters.ts';

export interface MomentumContrastParameters extends ViewParameters {
  readonly categories: number;
  readonly backbone: BackboneName;
  readonly head: HeadName;
  readonly dimension: number;
  readonly epochs: number;
  readonly batch: number;
  readonly tau: number;
  readonly tau_c: number;
  readonly contrast_weight: number;
  readonly equipartition_weight: number;
  readonly target: EquipartitionTarget;
  readonly epsilon: number;
  readonly iterations: number;
  readonly history: number;
  readonly negatives: 'queue' | 'batch';
  readonly queue: number;
  readonly key_momentum: number;
  readonly symmetric: boolean;
  readonly predictor: boolean;
  readonly norm_splits: number;
  readonly optimizer: 'adam' | 'sgd';
  readonly learning_rate: number;
  readonly weight_decay: number;
  readonly warmup: number;
  readonly schedule: RateOptions['schedule'];
  readonly seed: number;
}

const SGD_MOMENTUM = 0.9;

/** Times a category's even share: a larger one, or a smaller one by the same factor, at the end of training is a degenerate run. */
const DEGENERATE = 5;

const positive = { type: 'number', exclusiveMinimum: 0 };
const weight = { type: 'number', minimum: 0 };
const share = { type: 'number', minimum: 0, maximum: 1 };
const integer = (minimum: number, maximum: number) => ({ type: 'integer', minimum, maximum });

const properties: Readonly<Record<keyof MomentumContrastParameters, object>> = {
  categories: integer(0, 100_000),
  backbone: { enum: backboneNames },
  head: { enum: headNames },
  dimension: integer(2, 4096),
  epochs: integer(1, 100_000),
  batch: integer(2, 8192),
  tau: positive,
  tau_c: positive,
  contrast_weight: weight,
  equipartition_weight: weight,
  target: { enum: ['swap_key', 'swap_query', 'same'] },
  epsilon: positive,
  iterations: integer(1, 10_000),
  history: integer(0, 1000),
  negatives: { enum: ['queue', 'batch'] },
  queue: integer(2, 10_000_000),
  key_momentum: share,
  symmetric: { type: 'boolean' },
  predictor: { type: 'boolean' },
  norm_splits: integer(1, 256),
  optimizer: { enum: ['adam', 'sgd'] },
  learning_rate: positive,
  weight_decay: weight,
  warmup: { type: 'integer', minimum: 0 },
  schedule: { enum: ['cosine', 'multistep', 'constant'] },
  ...viewProperties,
  seed: { type: 'integer' },
};

export const momentumContrast = implementStage({
  parameters: { type: 'object', properties, required: Object.keys(properties), additionalProperties: false },
  outputs: { encoder: 'Encoder', log: 'TrainingLog' },
  run(context: StageContext<MomentumContrastParameters, { readonly images: Images }>) {
    return onEngine(() => train(context));
  },
});

async function train(context: StageContext<MomentumContrastParameters, { readonly images: Images }>) {
  const { parameters } = context;
  const { images } = context.inputs;
  const { categories, dimension, epochs } = parameters;
  const batch = Math.min(parameters.batch, images.count);
  check(parameters, images.count, batch);
  const { encoder, values, series } = await trainContrast(
    images,
    trainingOptions(parameters, batch),
    await trainingHooks(context, batch),
  );
  const uneven = categories > 0 ? unevenness(series, categories) : undefined;
  if (uneven !== undefined) context.warn(uneven);
  const { height, width, channels } = images;
  const method = categories > 0 ? 'CDC' : 'MoCo';
  const onnx = exportEncoder(encoder, [height, width, channels], values, `${method} encoder trained by pipe`);
  return {
    encoder: { onnx, height, width, channels, dimension: categories + dimension },
    log: { method, epochs, series },
  };
}

function check(parameters: MomentumContrastParameters, count: number, batch: number): void {
  const { categories, norm_splits: splits, negatives, queue, history, symmetric } = parameters;
  if (categories === 1) throw new StageError('categories is 1: one category tells nothing apart', 'give 2 or more');
  if (count < 2)
    throw new StageError(
      `there is nothing to tell apart in ${count} image${count === 1 ? '' : 's'}`,
      'give at least two',
    );
  if (batch % splits !== 0)
    throw new StageError(
      `a batch of ${batch} images cannot be normalised in ${splits} equal parts`,
      `take a batch that is a multiple of ${splits}, or norm_splits: 1`,
    );
  if (negatives === 'batch') {
    if (history > 0) throw new StageError('history is taken from the queue, and there is none with negatives: "batch"');
    return;
  }
  const keys = symmetric ? 2 * batch : batch;
  if (queue % keys !== 0)
    throw new StageError(
      `the queue has ${queue} rows, and a step puts ${keys} keys into it: it must take a whole number of steps`,
      `take a queue of ${Math.max(1, Math.round(queue / keys)) * keys}`,
    );
  if (history * keys > queue)
    throw new StageError(`a history of ${history} steps has ${history * keys} rows, more than the queue's ${queue}`);
}

function trainingOptions(parameters: MomentumContrastParameters, batch: number): ContrastTrainingOptions {
  const { categories, negatives, symmetric } = parameters;
  const keys = symmetric ? 2 * batch : batch;
  return {
    backbone: parameters.backbone,
    head: parameters.head,
    dimension: parameters.dimension,
    ...(categories === 0
      ? {}
      : {
          categories: {
            count: categories,
            temperature: parameters.tau_c,
            weight: parameters.equipartition_weight,
            sinkhorn: { epsilon: parameters.epsilon, iterations: parameters.iterations },
            target: parameters.target,
            history: parameters.history * keys,
          },
        }),
    epochs: parameters.epochs,
    batch,
    temperature: parameters.tau,
    contrast: parameters.contrast_weight,
    ...(negatives === 'batch' ? {} : { queue: parameters.queue }),
    symmetric,
    keyMomentum: parameters.key_momentum,
    normSplits: parameters.norm_splits,
    predictor: parameters.predictor,
    optimizer:
      parameters.optimizer === 'adam' ? adam(parameters.weight_decay) : sgd(SGD_MOMENTUM, parameters.weight_decay),
    rate: { learningRate: parameters.learning_rate, schedule: parameters.schedule, warmup: parameters.warmup },
    augmentation: recipeOf(parameters),
    seed: parameters.seed,
  };
}

/** What to say of categories whose shares of the last epoch are far from even. */
function unevenness(series: Readonly<Record<string, readonly number[]>>, categories: number): string | undefined {
  const [smallest, largest] = [series.smallest_share!.at(-1)!, series.largest_share!.at(-1)!];
  if (largest * categories <= DEGENERATE && smallest * categories >= 1 / DEGENERATE) return undefined;
  const percent = (value: number): string => `${(100 * value).toPrecision(2)} %`;
  return `the categories are uneven: in the last epoch the largest had ${percent(largest)} of the views, the smallest ${percent(smallest)}, where ${percent(1 / categories)} is even`;
}
