// The training of momentum contrast around the loop: two sets of numbers for the views of a batch, the queue of keys, what tells whether categories
// degenerate. With categories it is that of CDC (docs/methods.md §3.10), without that of MoCo.
import { foldIn, randomKey } from '../../random/random.ts';
import { normalisationOf, normalised } from '../augment/normalisation.ts';
import { fitRecipe, type Recipe } from '../augment/recipe.ts';
import type { BackboneName } from '../nn/backbone-names.ts';
import { encoderLayers } from '../nn/backbones.ts';
import { contrastNetwork } from '../nn/contrast-network.ts';
import type { HeadName } from '../nn/head-names.ts';
import { initialise, type Values } from '../nn/initialise.ts';
import type { Module } from '../nn/module.ts';
import type { Optimizer } from '../optim/optimizer.ts';
import type { RateOptions } from '../optim/schedule.ts';
import { compileStep } from '../runtime/compile.ts';
import type { TensorData } from '../runtime/session.ts';
import { monitorBatch, monitoredEpoch } from './category-monitor.ts';
import { CONTRAST_METRICS, contrastStep, type CategoryOptions } from './contrast-step.ts';
import { gatherViews } from './gather-views.ts';
import type { ImageSet } from './image-set.ts';
import { enqueue, latestColumns, randomQueue, type KeyQueue } from './key-queue.ts';
import { startingTensors } from './module-state.ts';
import { trainingLoop, type TrainingHooks, type TrainingSnapshot } from './training-loop.ts';

export interface ContrastTrainingOptions {
  readonly backbone: BackboneName;
  readonly head: HeadName;
  /** Length of the instance part. */
  readonly dimension: number;
  readonly categories?: CategoryOptions;
  readonly epochs: number;
  /** Images a step; an incomplete last batch is dropped. */
  readonly batch: number;
  readonly temperature: number;
  readonly contrast: number;
  /** Rows of the queue, a multiple of the keys of a step; without it the negatives are those of the batch. */
  readonly queue?: number;
  readonly symmetric: boolean;
  readonly keyMomentum: number;
  readonly normSplits: number;
  readonly predictor: boolean;
  readonly optimizer: Optimizer;
  readonly rate: Omit<RateOptions, 'steps'>;
  readonly augmentation: Recipe;
  readonly seed: number;
}

export interface TrainedContrast {
  /** The query encoder: features are the scores of the categories, if any, and the instance part, each of unit norm. */
  readonly encoder: Module;
  readonly values: Values;
  readonly series: Readonly<Record<string, readonly number[]>>;
}

export async function trainContrast(
  images: ImageSet,
  options: ContrastTrainingOptions,
  hooks: TrainingHooks,
): Promise<TrainedContrast> {
  const { batch, categories, symmetric } = options;
  const image = [images.height, images.width, images.channels] as const;
  const parts = categories === undefined ? [options.dimension] : [categories.count, options.dimension];
  const dimension = parts.reduce((sum, length) => sum + length, 0);
  const { query, key: follower } = contrastNetwork(
    (norm) => encoderLayers(options.backbone, image, dimension, { head: options.head, norm }),
    image,
    { parts, normSplits: options.normSplits, predictor: options.predictor },
  );
  const normalisation = normalisationOf(options.augmentation.normalisation, images);
  const network = { query: normalised(query, normalisation, image), key: normalised(follower, normalisation, image) };
  const augmentation = fitRecipe(options.augmentation, image, normalisation);
  const key = randomKey(options.seed, 'contrast');
  const { step, signature, state } = contrastStep({
    ...{ network, input: image, batch, augmentation, symmetric, optimizer: options.optimizer },
    ...{ temperature: options.temperature, contrast: options.contrast, keyMomentum: options.keyMomentum },
    ...(categories === undefined ? {} : { categories }),
    ...(options.queue === undefined ? {} : { queue: options.queue }),
  });
  const compiled = await compileStep(step, signature, {
    name: 'contrast-step',
    engine: hooks.engine,
    threads: hooks.threads,
    ...(hooks.cache === undefined ? {} : { cache: hooks.cache }),
  });
  try {
    const start = hooks.resume ?? startState();
    const queue: KeyQueue | undefined =
      options.queue === undefined ? undefined : { rows: options.queue, dimension, data: start.tensors.queue! };
    const keysPerStep = symmetric ? 2 * batch : batch;
    const shape = [batch, ...image];
    const [plain, others] = [0, 1].map(() => new Float32Array(shape.reduce((size, length) => size * length)));
    /** The images of a batch, both times the same unless their bytes are changed for each view, and the numbers of its views. */
    const viewInputs = (epoch: number, rows: Int32Array): Record<string, TensorData> => {
      const [first, second] = ['first', 'second'].map((which) => foldIn(foldIn(key, `${which} views`), epoch));
      const { operations, numbers } = augmentation;
      gatherViews(plain!, images, rows, operations, first!);
      const inputs: Record<string, TensorData> = { images: { data: plain!, shape } };
      if (operations !== undefined) {
        gatherViews(others!, images, rows, operations, second!);
        inputs.second_images = { data: others!, shape };
      }
      if (numbers > 0) {
        inputs.first_numbers = { data: augmentation.draw(first!, rows), shape: [batch, numbers] };
        inputs.second_numbers = { data: augmentation.draw(second!, rows), shape: [batch, numbers] };
      }
      return inputs;
    };
    const { state: trained, series } = await trainingLoop(
      {
        ...{ count: images.count, batch, epochs: options.epochs, key, rate: options.rate, compiled, state, start },
        kept: queue === undefined ? {} : { queue: queue.data },
        async inputs({ step: taken, epoch, rows }) {
          const before = taken * keysPerStep;
          return {
            ...viewInputs(epoch, rows),
            ...(queue === undefined ? {} : { queue: { data: queue.data, shape: [queue.rows, dimension] } }),
            ...(queue === undefined || categories === undefined || categories.history === 0
              ? {}
              : {
                  history: {
                    data: latestColumns(queue, before, categories.history, categories.count),
                    shape: [categories.history, categories.count],
                  },
                }),
          };
        },
        taken(outputs, { step: taken }) {
          const [queries, keys] = [outputs.query!.data as Float32Array, outputs.keys!.data as Float32Array];
          const monitored =
            categories === undefined
              ? {}
              : monitorBatch(queries, keys, queue?.data, {
                  ...{ count: categories.count, dimension, temperature: categories.temperature },
                  contrastTemperature: options.temperature,
                });
          if (queue !== undefined) enqueue(queue, keys, taken * keysPerStep);
          const metrics = CONTRAST_METRICS.filter((metric) => outputs[metric] !== undefined);
          return {
            ...Object.fromEntries(metrics.map((metric) => [metric, outputs[metric]!.data[0]!])),
            ...monitored,
          };
        },
        epochOf: monitoredEpoch,
      },
      hooks,
    );
    const encoder = network.query;
    return {
      encoder,
      values: Object.fromEntries(Object.keys(encoder.variables).map((name) => [name, trained[name]!])),
      series,
    };
  } finally {
    await compiled.close();
  }

  /** Fresh weights, the same in both encoders, and a queue of random directions. */
  function startState(): TrainingSnapshot {
    const values = initialise(network.query.variables, foldIn(key, 'variables'));
    const tensors = startingTensors(state, values);
    if (options.queue !== undefined) tensors.queue = randomQueue(options.queue, parts, foldIn(key, 'queue'));
    return { step: 0, tensors, series: {}, sums: {} };
  }
}
