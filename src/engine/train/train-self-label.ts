// Self-labelling around the loop (docs/methods.md §3.12): before a step the network as it is labels the plain images of the batch; where it is sure of none
// the step is left out.
import { foldIn, randomKey } from '../../random/random.ts';
import { fitRecipe, type Recipe } from '../augment/recipe.ts';
import type { Values } from '../nn/initialise.ts';
import type { Module } from '../nn/module.ts';
import type { Optimizer } from '../optim/optimizer.ts';
import type { RateOptions } from '../optim/schedule.ts';
import { compileStep } from '../runtime/compile.ts';
import type { TensorData } from '../runtime/session.ts';
import type { Step, StepSignature } from '../runtime/step.ts';
import { gatherViews } from './gather-views.ts';
import { gatherImages, type ImageSet } from './image-set.ts';
import { floats, startingTensors } from './module-state.ts';
import { pseudoLabels, type PseudoLabelOptions } from './pseudo-labels.ts';
import { selfLabelStep } from './self-label-step.ts';
import type { StoredNetwork } from './stored-network.ts';
import { trainingLoop, type TrainingHooks } from './training-loop.ts';

export interface SelfLabelOptions extends Omit<PseudoLabelOptions, 'dimension'> {
  readonly epochs: number;
  readonly batch: number;
  readonly optimizer: Optimizer;
  readonly rate: Omit<RateOptions, 'steps'>;
  readonly augmentation: Recipe;
  readonly seed: number;
}

export interface SelfLabelled {
  readonly values: Values;
  readonly series: Readonly<Record<string, readonly number[]>>;
}

export async function trainSelfLabel(
  images: ImageSet,
  { network, values, description }: StoredNetwork,
  options: SelfLabelOptions,
  hooks: TrainingHooks,
): Promise<SelfLabelled> {
  const { batch, count } = options;
  const image = [images.height, images.width, images.channels] as const;
  const shape = [batch, ...image];
  const dimension = network.outputShape[0]!;
  // What is cut out is zero behind the normalisation that the encoder has.
  const augmentation = fitRecipe(options.augmentation, image, description.normalisation ?? undefined);
  const key = randomKey(options.seed, 'self label');
  const { step, signature, state } = selfLabelStep({
    ...{ network, image, batch, augmentation, count, temperature: options.temperature },
    optimizer: options.optimizer,
  });
  const { engine, threads, cache } = hooks;
  const compile = (name: string, one: Step, inputs: StepSignature) =>
    compileStep(one, inputs, { name, engine, threads, ...(cache === undefined ? {} : { cache }) });
  const compiled = await compile('self-label-step', step, signature);
  const forward = await compile('self-label-forward', forwardOf(network), {
    ...Object.fromEntries(Object.entries(network.variables).map(([name, spec]) => [name, floats(spec.shape)])),
    images: floats(shape),
  });
  try {
    const plain = new Float32Array(batch * image[0] * image[1] * image[2]);
    const strong = new Float32Array(plain.length);
    const start = hooks.resume ?? { step: 0, tensors: startingTensors(state, values), series: {}, sums: {} };
    let labelled = { kept: 0, counts: [] as readonly number[] };
    const measured = () => ({
      kept: labelled.kept / batch,
      ...Object.fromEntries(labelled.counts.map((value, k) => [`images/${k}`, value])),
    });
    const { state: trained, series } = await trainingLoop(
      {
        ...{ count: images.count, batch, epochs: options.epochs, key, rate: options.rate, compiled, state, start },
        kept: {},
        async inputs({ epoch, rows }, current) {
          gatherImages(plain, images, rows);
          const weights = Object.fromEntries(Object.keys(network.variables).map((name) => [name, current[name]!]));
          const { features } = await forward.run({ ...weights, images: { data: plain, shape } });
          const { targets, ...rest } = pseudoLabels(features!.data as Float32Array, { ...options, dimension });
          labelled = rest;
          if (rest.kept === 0) return undefined;
          const drawn = foldIn(foldIn(key, 'views'), epoch);
          gatherViews(strong, images, rows, augmentation.operations, drawn);
          const inputs: Record<string, TensorData> = {
            images: { data: strong, shape },
            targets: { data: targets, shape: [batch, count] },
          };
          if (augmentation.numbers > 0)
            inputs.numbers = { data: augmentation.draw(drawn, rows), shape: [batch, augmentation.numbers] };
          return inputs;
        },
        taken: (outputs) => ({ loss: outputs.loss!.data[0]!, taken: 1, ...measured() }),
        leftOut: measured,
        epochOf: labelledEpoch,
      },
      hooks,
    );
    return {
      values: Object.fromEntries(Object.keys(network.variables).map((name) => [name, trained[name]!])),
      series,
    };
  } finally {
    await forward.close();
    await compiled.close();
  }
}

/** Features of plain images with the statistics of their batch, as SCAN has them. */
const forwardOf =
  (network: Module): Step =>
  (inputs) => ({ features: network.apply(inputs, inputs.images!, 'train').output });

/** Mean loss of the steps taken, the share of images that were kept, and of those the smallest and largest share of a category. */
function labelledEpoch(sums: Readonly<Record<string, number>>, steps: number): Record<string, number> {
  const counts = Object.entries(sums).flatMap(([name, value]) => (name.startsWith('images/') ? [value] : []));
  const total = counts.reduce((sum, value) => sum + value, 0);
  const shares = counts.map((value) => (total === 0 ? 0 : value / total));
  return {
    loss: (sums.loss ?? 0) / Math.max(1, sums.taken ?? 0),
    kept: (sums.kept ?? 0) / steps,
    smallest_share: Math.min(...shares),
    largest_share: Math.max(...shares),
  };
}
