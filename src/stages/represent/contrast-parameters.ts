// The parameters that the stages of momentum contrast share, and what the training makes of them; checks and warnings that they have in common.
import { adam, sgd } from '../../engine/optim/optimizer.ts';
import type { RateOptions } from '../../engine/optim/schedule.ts';
import { headNames, type HeadName } from '../../engine/nn/head-names.ts';
import type { EquipartitionTarget } from '../../engine/train/contrast-step.ts';
import type { HeadTrainingOptions } from '../../engine/train/train-contrast.ts';
import { StageError } from '../../stage/stage.ts';

/** Of every stage with categories. */
export interface CategoryParameters {
  readonly head: HeadName;
  readonly epochs: number;
  readonly batch: number;
  readonly tau_c: number;
  readonly target: EquipartitionTarget;
  readonly epsilon: number;
  readonly iterations: number;
  readonly key_momentum: number;
  readonly optimizer: 'adam' | 'sgd';
  readonly learning_rate: number;
  readonly weight_decay: number;
  readonly warmup: number;
  readonly schedule: RateOptions['schedule'];
  readonly seed: number;
}

/** Of those that contrast too. */
export interface ContrastParameters extends CategoryParameters {
  readonly categories: number;
  readonly dimension: number;
  readonly tau: number;
  readonly contrast_weight: number;
  readonly equipartition_weight: number;
  readonly history: number;
  readonly negatives: 'queue' | 'batch';
  readonly queue: number;
  readonly symmetric: boolean;
  readonly predictor: boolean;
  readonly norm_splits: number;
}

const SGD_MOMENTUM = 0.9;

/** Times a category's even share: a larger one, or a smaller one by the same factor, at the end of training is a degenerate run. */
const DEGENERATE = 5;

export const positive = { type: 'number', exclusiveMinimum: 0 };
export const weight = { type: 'number', minimum: 0 };
const share = { type: 'number', minimum: 0, maximum: 1 };
export const integer = (minimum: number, maximum: number) => ({ type: 'integer', minimum, maximum });

export const categoryProperties: Readonly<Record<keyof CategoryParameters, object>> = {
  head: { enum: headNames },
  epochs: integer(1, 100_000),
  batch: integer(2, 8192),
  tau_c: positive,
  target: { enum: ['swap_key', 'swap_query', 'same'] },
  epsilon: positive,
  iterations: integer(1, 10_000),
  key_momentum: share,
  optimizer: { enum: ['adam', 'sgd'] },
  learning_rate: positive,
  weight_decay: weight,
  warmup: { type: 'integer', minimum: 0 },
  schedule: { enum: ['cosine', 'multistep', 'constant'] },
  seed: { type: 'integer' },
};

export const contrastProperties: Readonly<Record<keyof ContrastParameters, object>> = {
  ...categoryProperties,
  categories: integer(0, 100_000),
  dimension: integer(2, 4096),
  tau: positive,
  contrast_weight: weight,
  equipartition_weight: weight,
  history: integer(0, 1000),
  negatives: { enum: ['queue', 'batch'] },
  queue: integer(2, 10_000_000),
  symmetric: { type: 'boolean' },
  predictor: { type: 'boolean' },
  norm_splits: integer(1, 256),
};

/** @throws StageError where the parameters do not go together, or not with so many rows. */
export function checkContrast(parameters: ContrastParameters, count: number, batch: number): void {
  const { categories, norm_splits: splits, negatives, queue, history, symmetric } = parameters;
  if (categories === 1) throw new StageError('categories is 1: one category tells nothing apart', 'give 2 or more');
  checkCount(count);
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

export function checkCount(count: number): void {
  if (count < 2)
    throw new StageError(
      `there is nothing to tell apart in ${count} image${count === 1 ? '' : 's'}`,
      'give at least two',
    );
}

/** What all of them ask of the optimizer. */
export const optimization = (
  parameters: Pick<CategoryParameters, 'optimizer' | 'learning_rate' | 'weight_decay' | 'warmup' | 'schedule'>,
) => ({
  optimizer:
    parameters.optimizer === 'adam' ? adam(parameters.weight_decay) : sgd(SGD_MOMENTUM, parameters.weight_decay),
  rate: { learningRate: parameters.learning_rate, schedule: parameters.schedule, warmup: parameters.warmup },
});

export function contrastOptions(parameters: ContrastParameters, batch: number): HeadTrainingOptions {
  const { categories, negatives, symmetric } = parameters;
  const keys = symmetric ? 2 * batch : batch;
  return {
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
    ...optimization(parameters),
    seed: parameters.seed,
  };
}

/** What to say of categories whose shares of the last epoch are far from even. */
export function unevenness(
  series: Readonly<Record<string, readonly number[]>>,
  categories: number,
): string | undefined {
  const [smallest, largest] = [series.smallest_share!.at(-1)!, series.largest_share!.at(-1)!];
  if (largest * categories <= DEGENERATE && smallest * categories >= 1 / DEGENERATE) return undefined;
  const percent = (value: number): string => `${Number((100 * value).toPrecision(2))} %`;
  return `the categories are uneven: in the last epoch the largest had ${percent(largest)} of the views, the smallest ${percent(smallest)}, where ${percent(1 / categories)} is even`;
}
