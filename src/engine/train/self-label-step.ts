// One training step of self-labelling as a pure function: strong views, cross-entropy against labels that are given, optimizer. Compiled whole.
import type { Augmentation } from '../augment/recipe.ts';
import { weightedCrossEntropyLoss } from '../loss/weighted-cross-entropy.ts';
import type { Module } from '../nn/module.ts';
import type { Optimizer } from '../optim/optimizer.ts';
import type { Step, StepSignature } from '../runtime/step.ts';
import { mul, slice, valueAndGrads, type Scalar, type Tensor, type Tensor2D } from '../tensor.ts';
import { floats, moduleState, optimised, SCHEDULE_SIGNATURE, stateSignature, trainedNames } from './module-state.ts';
import type { StateSlot } from './training-loop.ts';

export interface SelfLabelStepOptions {
  readonly network: Module;
  readonly image: readonly [number, number, number];
  readonly batch: number;
  readonly augmentation: Augmentation;
  /** K: the first columns of a feature vector are the scores of so many categories. */
  readonly count: number;
  /** τ_c. */
  readonly temperature: number;
  readonly optimizer: Optimizer;
}

export interface SelfLabelStep {
  readonly step: Step;
  readonly signature: StepSignature;
  readonly state: Readonly<Record<string, StateSlot>>;
}

/** Inputs: the state; `images` [B, H, W, C] and the numbers of their views; `targets` [B, K]; the schedule's scalars. Outputs: the state; `loss`. */
export function selfLabelStep(options: SelfLabelStepOptions): SelfLabelStep {
  const { network, batch, count, temperature, augmentation, optimizer } = options;
  const names = Object.keys(network.variables);
  const trained = trainedNames(network);
  const state = moduleState(network, optimizer);
  const signature: StepSignature = {
    ...stateSignature(state),
    images: floats([batch, ...options.image]),
    ...augmentation.signature(batch),
    targets: floats([batch, count]),
    ...SCHEDULE_SIGNATURE,
  };
  const step: Step = (inputs) => {
    const outputs: Record<string, Tensor> = {};
    const views = augmentation.apply(inputs);
    const { value, grads } = valueAndGrads((...weights: Tensor[]): Scalar => {
      const variables: Record<string, Tensor> = Object.fromEntries(names.map((name) => [name, inputs[name]!]));
      trained.forEach((name, index) => (variables[name] = weights[index]!));
      const { output, updates } = network.apply(variables, views, 'train');
      Object.assign(outputs, updates);
      const scores = slice(output as Tensor2D, [0, 0], [batch, count]);
      return weightedCrossEntropyLoss(mul<Tensor2D>(scores, 1 / temperature), inputs.targets as Tensor2D);
    })(trained.map((name) => inputs[name]!));
    outputs.loss = value;
    return { ...outputs, ...optimised(optimizer, inputs, trained, grads) };
  };
  return { step, signature, state };
}
