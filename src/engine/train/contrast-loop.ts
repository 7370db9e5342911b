// Momentum contrast around the loop, whatever gives the views: the queue of keys, what tells whether categories degenerate, the start of both networks.
// With categories it is CDC (docs/methods.md §3.10), without MoCo, without the contrast loss an equipartition head (§3.11).
import { foldIn, type RandomKey } from '../../random/random.ts';
import type { ContrastNetwork } from '../nn/contrast-network.ts';
import { initialise, type Values } from '../nn/initialise.ts';
import type { Module } from '../nn/module.ts';
import type { Optimizer } from '../optim/optimizer.ts';
import type { RateOptions } from '../optim/schedule.ts';
import { compileStep } from '../runtime/compile.ts';
import { monitorBatch, monitoredEpoch } from './category-monitor.ts';
import { CONTRAST_METRICS, contrastParts, contrastStep, type CategoryOptions } from './contrast-step.ts';
import { enqueue, latestColumns, randomQueue, type KeyQueue } from './key-queue.ts';
import { startingTensors } from './module-state.ts';
import { trainingLoop, type TrainingHooks, type TrainingSnapshot } from './training-loop.ts';
import type { ViewSource } from './view-source.ts';

export interface ContrastLoopOptions {
  readonly categories?: CategoryOptions;
  readonly epochs: number;
  /** Rows a step; an incomplete last batch is dropped. */
  readonly batch: number;
  readonly temperature: number;
  /** Weight of the contrast loss; without it, categories only. */
  readonly contrast?: number;
  /** Rows of the queue, a multiple of the keys of a step; without it the negatives are those of the batch. */
  readonly queue?: number;
  readonly symmetric: boolean;
  readonly keyMomentum: number;
  readonly optimizer: Optimizer;
  readonly rate: Omit<RateOptions, 'steps'>;
  /** Weights to begin with, by name; the others are drawn. */
  readonly start?: Values;
}

export interface TrainedContrast {
  /** The query network: its vectors are the scores of the categories, if any, and the instance part, if any, each of unit norm. */
  readonly encoder: Module;
  readonly values: Values;
  readonly series: Readonly<Record<string, readonly number[]>>;
}

export async function contrastLoop(
  source: ViewSource,
  network: ContrastNetwork,
  options: ContrastLoopOptions,
  key: RandomKey,
  hooks: TrainingHooks,
): Promise<TrainedContrast> {
  const { batch, categories, symmetric } = options;
  const dimension = network.query.outputShape[0]!;
  const { step, signature, state } = contrastStep({
    ...{ network, input: source.shape, batch, symmetric, optimizer: options.optimizer },
    ...(source.augmentation === undefined ? {} : { augmentation: source.augmentation }),
    ...{ temperature: options.temperature, keyMomentum: options.keyMomentum },
    ...(options.contrast === undefined ? {} : { contrast: options.contrast }),
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
    const { state: trained, series } = await trainingLoop(
      {
        ...{ count: source.count, batch, epochs: options.epochs, key, rate: options.rate, compiled, state, start },
        kept: queue === undefined ? {} : { queue: queue.data },
        async inputs(at) {
          return {
            ...(await source.inputs(at)),
            ...(queue === undefined ? {} : { queue: { data: queue.data, shape: [queue.rows, dimension] } }),
            ...(queue === undefined || categories === undefined || categories.history === 0
              ? {}
              : {
                  history: {
                    data: latestColumns(queue, at.step * keysPerStep, categories.history, categories.count),
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

  /** The same weights in both networks, and a queue of random directions. */
  function startState(): TrainingSnapshot {
    const values = { ...initialise(network.query.variables, foldIn(key, 'variables')), ...options.start };
    const tensors = startingTensors(state, values);
    if (options.queue !== undefined) {
      const scores = categories?.count ?? 0;
      tensors.queue = randomQueue(options.queue, contrastParts(scores, dimension - scores), foldIn(key, 'queue'));
    }
    return { step: 0, tensors, series: {}, sums: {} };
  }
}
