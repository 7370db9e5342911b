// One whole training step of each method, on each kind of network: forward, losses, gradients, optimizer. State as in the middle of
// training; small enough that the eager reference takes a second.
import { fitRecipe, type Augmentation, type Recipe } from '../../src/engine/augment/recipe.ts';
import { recipes } from '../../src/engine/augment/recipes.ts';
import { backbones, encoderLayers } from '../../src/engine/nn/backbones.ts';
import { batchNorm } from '../../src/engine/nn/batch-norm.ts';
import { contrastNetwork } from '../../src/engine/nn/contrast-network.ts';
import { head } from '../../src/engine/nn/head.ts';
import { initialise } from '../../src/engine/nn/initialise.ts';
import { linearClassifier } from '../../src/engine/nn/linear-classifier.ts';
import { convolution, linear, relu, unitNorm } from '../../src/engine/nn/layers.ts';
import { globalAveragePool } from '../../src/engine/nn/pooling.ts';
import { residual, sequential, type Layer, type Module } from '../../src/engine/nn/module.ts';
import { adam, sgd, type Optimizer } from '../../src/engine/optim/optimizer.ts';
import { scheduleAt } from '../../src/engine/optim/schedule.ts';
import type { TensorData } from '../../src/engine/runtime/session.ts';
import type { StepSignature } from '../../src/engine/runtime/step.ts';
import { contrastStep, type EquipartitionTarget } from '../../src/engine/train/contrast-step.ts';
import { linearStep } from '../../src/engine/train/linear-step.ts';
import { selfLabelStep } from '../../src/engine/train/self-label-step.ts';
import { instanceStep, type InstanceStep } from '../../src/engine/train/instance-step.ts';
import { randomKey, RandomStream } from '../../src/random/random.ts';
import { randomInputs } from './difference.ts';

export interface WholeStep extends InstanceStep {
  readonly inputs: Readonly<Record<string, TensorData>>;
}

const block = (channels: number, stride: number, shortcut: Layer): Layer =>
  sequential({
    sum: residual(
      sequential({
        convolution1: convolution(channels, 3, stride),
        norm1: batchNorm,
        relu,
        convolution2: convolution(channels, 3, 1),
        norm2: batchNorm,
      }),
      shortcut,
    ),
    relu,
  });
const identity: Layer = (shape) => ({
  variables: {},
  outputShape: shape,
  apply: (_, input) => ({ output: input, updates: {} }),
});
const projection = (channels: number): Layer =>
  sequential({ convolution: convolution(channels, 1, 2), norm: batchNorm });

/** A ResNet with two stages of one block, 8 and 16 channels wide. */
const narrowResnet = (dimension: number): Layer =>
  sequential({
    stem: sequential({ convolution: convolution(8, 3, 1), norm: batchNorm, relu }),
    stage1: block(8, 1, identity),
    stage2: block(16, 2, projection(16)),
    pool: globalAveragePool,
    linear: linear(dimension),
    unitNorm,
  });

export const networks = {
  small_cnn: { layer: backbones.small_cnn, image: [12, 12, 1] },
  'narrow ResNet': { layer: narrowResnet, image: [8, 8, 3] },
} as const satisfies Record<string, { layer: (dimension: number) => Layer; image: readonly [number, number, number] }>;

export const methods = { idfd: undefined, cidfd: { dimension: 6, temperature: 0.1 } } as const;

export type Method = keyof typeof methods;
export type Network = keyof typeof networks;

/** @param recipe of views that are made inside the step; without it the images are the views. */
export function wholeStep(
  method: Method,
  network: Network,
  optimizer: Optimizer = adam(5e-4),
  recipe?: Recipe,
): WholeStep {
  const { layer, image } = networks[network];
  const encoder = layer(8)(image);
  const discard = methods[method];
  const augmentation = recipe === undefined ? undefined : fitRecipe(recipe, image);
  const step = instanceStep({
    ...{ encoder, image, batch: 4, rows: 12, optimizer },
    ...{ temperature: 0.5, decorrelationTemperature: 2, decorrelationWeight: 1 },
    ...(discard === undefined ? {} : { discard }),
    ...(augmentation === undefined ? {} : { augmentation }),
  });
  return startedStep(step, encoder, viewInputs(step.signature, augmentation));
}

/** With inputs as in the middle of training: drawn weights, and the rest random but for those that are given. */
function startedStep(
  step: Pick<WholeStep, 'step' | 'signature' | 'state'>,
  encoder: Module,
  given: Readonly<Record<string, TensorData>>,
): WholeStep {
  const inputs = { ...randomInputs(step.signature), ...given };
  const start = initialise(encoder.variables, randomKey(2));
  for (const [name, { shape, variable, role }] of Object.entries(step.state)) {
    // Moments as in the middle of training: from near zero, Adam turns rounding errors of vanishing gradients into whole steps.
    const slot = inputs[name]!.data.map((value) => 0.01 * (0.1 + value * value)) as Float32Array;
    inputs[name] = { data: role === 'value' ? start[variable]! : slot, shape };
  }
  const rate = { learningRate: 0.01, schedule: 'constant', warmup: 0, steps: 10 } as const;
  for (const [name, value] of Object.entries(scheduleAt(4, rate)))
    inputs[name] = { data: Float32Array.of(value as number), shape: [] };
  return { ...step, inputs };
}

/**
 * A step of CDC on small_cnn: two views of each image, a queue of 12 keys, three categories, batch norm in two parts.
 * @param keyMomentum 1 for keys that do not depend on the query encoder, so that the loss has the gradient that the step takes.
 */
export function contrastWholeStep(
  optimizer: Optimizer = adam(5e-4),
  { target = 'swap_key', keyMomentum = 0.9, negatives = 'queue' }: ContrastCase = {},
): WholeStep {
  const { image } = networks.small_cnn;
  const network = contrastNetwork((norm) => encoderLayers('small_cnn', image, 8, { head: 'mlp', norm }), image, {
    ...{ parts: [3, 5], normSplits: 2, predictor: negatives === 'batch' },
  });
  const step = contrastStep({
    ...{ network, input: image, batch: 4, temperature: 0.5, contrast: 1, symmetric: true, keyMomentum, optimizer },
    ...(negatives === 'queue' ? { queue: 12 } : {}),
    categories: {
      ...{ count: 3, temperature: 0.5, weight: 1, target, history: negatives === 'queue' ? 4 : 0 },
      sinkhorn: { epsilon: 0.5, iterations: 3 },
    },
  });
  return startedStep(step, network.query, {});
}

/** A step of an equipartition head on features of length 6: three categories, batch norm, views that are given. */
export function headWholeStep(optimizer: Optimizer = adam(5e-4), target: EquipartitionTarget = 'swap_key'): WholeStep {
  const network = contrastNetwork((norm) => head('mlp_bn', 6, 3, norm), [6], {
    ...{ parts: [3], normSplits: 1, predictor: false },
  });
  const step = contrastStep({
    ...{ network, input: [6], batch: 8, temperature: 1, symmetric: true, keyMomentum: 0.9, optimizer },
    categories: {
      ...{ count: 3, temperature: 0.5, weight: 1, target, history: 0 },
      sinkhorn: { epsilon: 0.5, iterations: 3 },
    },
  });
  return startedStep(step, network.query, {});
}

/** A step of self-labelling on small_cnn: four images, of which three have labels. */
export function selfLabelWholeStep(optimizer: Optimizer = adam(5e-4)): WholeStep {
  const { image } = networks.small_cnn;
  const { query } = contrastNetwork((norm) => encoderLayers('small_cnn', image, 8, { norm }), image, {
    ...{ parts: [3, 5], normSplits: 1, predictor: false },
  });
  const augmentation = fitRecipe(recipes.scan_strong_no_flip, image);
  const step = selfLabelStep({
    ...{ network: query, image, batch: 4, augmentation, count: 3, temperature: 0.5, optimizer },
  });
  const targets = { data: Float32Array.of(0.2, 0, 0, 0, 0, 0, 0, 0.2, 0, 0, 0, 0.6), shape: [4, 3] };
  return startedStep(step, query, { ...viewInputs(step.signature, augmentation), targets });
}

/** A step of linear evaluation: four vectors of length 6, three classes. */
export function linearWholeStep(optimizer: Optimizer = sgd(0.9, 5e-4)): WholeStep {
  const classifier = linearClassifier(3)([6]);
  const step = linearStep({ classifier, dimension: 6, batch: 4, optimizer });
  const targets = { data: Float32Array.of(1, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 0), shape: [4, 3] };
  return startedStep(step, classifier, { targets });
}

export interface ContrastCase {
  readonly target?: EquipartitionTarget;
  readonly keyMomentum?: number;
  readonly negatives?: 'queue' | 'batch';
}

/** Images in 0..1, and the numbers drawn for their views. */
export function viewInputs(signature: StepSignature, augmentation?: Augmentation): Record<string, TensorData> {
  const { shape } = signature.images!;
  const random = new RandomStream(randomKey(3, 'images'));
  const length = shape.reduce((all, one) => all * one, 1);
  const images = { data: Float32Array.from({ length }, () => random.uniform()), shape };
  if (augmentation === undefined || augmentation.numbers === 0) return { images };
  const rows = Int32Array.from({ length: shape[0]! }, (_, row) => row);
  return { images, numbers: { data: augmentation.draw(randomKey(4), rows), shape: signature.numbers!.shape } };
}

/** Every pair, by name, and one step that makes its views itself: crop, jitter, grey, blur and flip. */
export const wholeSteps: Readonly<Record<string, () => WholeStep>> = {
  ...Object.fromEntries(
    (Object.keys(methods) as Method[]).flatMap((method) =>
      (Object.keys(networks) as Network[]).map((network) => [
        `${method}, ${network}`,
        () => wholeStep(method, network),
      ]),
    ),
  ),
  'cdc, small_cnn': () => contrastWholeStep(),
  "cdc with the query encoder's targets, small_cnn": () => contrastWholeStep(adam(5e-4), { target: 'swap_query' }),
  'cdc within a batch, small_cnn': () => contrastWholeStep(adam(5e-4), { negatives: 'batch', target: 'same' }),
  'self-labelling, small_cnn': () => selfLabelWholeStep(),
  'equipartition head': () => headWholeStep(),
  'linear classifier': () => linearWholeStep(),
  'idfd with views, narrow ResNet': () => wholeStep('idfd', 'narrow ResNet', adam(5e-4), recipes.moco2),
};
