// The training of a linear classifier on rows of features whose classes are given (docs/methods.md §5.5). In: rows, classes; out: the classifier and its weights.
import { foldIn, randomKey } from '../../random/random.ts';
import type { FeatureRows } from '../cluster/points.ts';
import { initialise, type Values } from '../nn/initialise.ts';
import { linearClassifier } from '../nn/linear-classifier.ts';
import type { Module } from '../nn/module.ts';
import { sgd } from '../optim/optimizer.ts';
import type { RateOptions } from '../optim/schedule.ts';
import { compileStep } from '../runtime/compile.ts';
import { linearStep } from './linear-step.ts';
import { startingTensors } from './module-state.ts';
import { epochMeans, trainingLoop, type TrainingHooks } from './training-loop.ts';

export interface LinearTrainingOptions {
  readonly classes: number;
  readonly epochs: number;
  /** Rows a step, at most as many as there are; an incomplete last batch is dropped. */
  readonly batch: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly rate: Omit<RateOptions, 'steps'>;
  readonly seed: number;
}

export interface TrainedClassifier {
  readonly classifier: Module;
  readonly values: Values;
}

/** @param classOf the class of each row, from 0. Errors: RangeError where the loss is no longer finite. */
export async function trainLinear(
  { count, dimension, data }: FeatureRows,
  classOf: Int32Array,
  options: LinearTrainingOptions,
  hooks: TrainingHooks,
): Promise<TrainedClassifier> {
  const { classes, epochs, batch, rate } = options;
  const key = randomKey(options.seed, 'linear');
  const classifier = linearClassifier(classes)([dimension]);
  const optimizer = sgd(options.momentum, options.weightDecay);
  const { step, signature, state } = linearStep({ classifier, dimension, batch, optimizer });
  const { engine, threads, cache } = hooks;
  const compiled = await compileStep(step, signature, {
    ...{ name: 'linear-step', engine, threads },
    ...(cache === undefined ? {} : { cache }),
  });
  try {
    const vectors = new Float32Array(batch * dimension);
    const targets = new Float32Array(batch * classes);
    const start = hooks.resume ?? {
      ...{ step: 0, series: {}, sums: {} },
      tensors: startingTensors(state, initialise(classifier.variables, foldIn(key, 'variables'))),
    };
    const { state: trained } = await trainingLoop(
      {
        ...{ count, batch, epochs, key, rate, compiled, state, start, kept: {} },
        async inputs({ rows }) {
          targets.fill(0);
          rows.forEach((row, slot) => {
            vectors.set(data.subarray(row * dimension, (row + 1) * dimension), slot * dimension);
            targets[slot * classes + classOf[row]!] = 1;
          });
          return {
            vectors: { data: vectors, shape: [batch, dimension] },
            targets: { data: targets, shape: [batch, classes] },
          };
        },
        taken: (outputs) => ({ loss: outputs.loss!.data[0]! }),
        epochOf: epochMeans,
      },
      hooks,
    );
    return {
      classifier,
      values: Object.fromEntries(Object.keys(classifier.variables).map((name) => [name, trained[name]!])),
    };
  } finally {
    await compiled.close();
  }
}
