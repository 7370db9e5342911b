// The equipartition head (docs/methods.md §3.11) as a stage: on features of whatever encoder, a head whose scores Sinkhorn balances; clusters are the
// largest scores. Warns where it degenerates.
import type { Features } from '../../artifacts/artifact.ts';
import { applyHead } from '../../engine/train/head-model.ts';
import { trainRowHead } from '../../engine/train/train-contrast.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';
import {
  categoryProperties,
  checkCount,
  integer,
  optimization,
  unevenness,
  weight,
  type CategoryParameters,
} from './contrast-parameters.ts';
import { onEngine } from './on-engine.ts';
import { trainingHooks } from './training-hooks.ts';

export interface EquipartitionHeadParameters extends CategoryParameters {
  readonly k: number;
  readonly noise: number;
}

const properties: Readonly<Record<keyof EquipartitionHeadParameters, object>> = {
  ...categoryProperties,
  k: integer(2, 100_000),
  noise: weight,
};

export const equipartitionHead = implementStage({
  parameters: { type: 'object', properties, required: Object.keys(properties), additionalProperties: false },
  outputs: { scores: 'Features', log: 'TrainingLog' },
  run(context: StageContext<EquipartitionHeadParameters, { readonly features: Features }>) {
    return onEngine(() => train(context));
  },
});

async function train(context: StageContext<EquipartitionHeadParameters, { readonly features: Features }>) {
  const { parameters, threads, signal } = context;
  const { features } = context.inputs;
  const { k, epochs } = parameters;
  checkCount(features.count);
  const stray = features.data.findIndex((value) => !Number.isFinite(value));
  if (stray >= 0)
    throw new StageError(
      `equipartition_head: the features hold ${features.data[stray]} at row ${Math.floor(stray / features.dimension)}`,
      'the training that made them has probably diverged: try a smaller learning rate',
    );
  const batch = Math.min(parameters.batch, features.count);
  const { encoder, values, series } = await trainRowHead(
    features,
    {
      head: parameters.head,
      dimension: 0,
      categories: {
        ...{ count: k, temperature: parameters.tau_c, weight: 1, target: parameters.target, history: 0 },
        sinkhorn: { epsilon: parameters.epsilon, iterations: parameters.iterations },
      },
      ...{ epochs, batch, temperature: 1, symmetric: true, keyMomentum: parameters.key_momentum },
      ...{ normSplits: 1, predictor: false, noise: parameters.noise, seed: parameters.seed },
      ...optimization(parameters),
    },
    await trainingHooks(context, batch),
  );
  const uneven = unevenness(series, k);
  if (uneven !== undefined) context.warn(uneven);
  return {
    scores: {
      count: features.count,
      dimension: k,
      data: await applyHead(encoder, values, features, threads, signal),
    },
    log: { method: 'equipartition head', epochs, series },
  };
}
