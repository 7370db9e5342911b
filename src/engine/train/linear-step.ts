// One training step of a classifier on vectors as a pure function: cross-entropy against given targets, optimizer. Compiled whole.
import { softCrossEntropyLoss } from '../loss/soft-cross-entropy.ts';
import type { Module } from '../nn/module.ts';
import type { Optimizer } from '../optim/optimizer.ts';
import type { Step, StepSignature } from '../runtime/step.ts';
import { valueAndGrads, type Scalar, type Tensor, type Tensor2D } from '../tensor.ts';
import { floats, moduleState, optimised, SCHEDULE_SIGNATURE, stateSignature, trainedNames } from './module-state.ts';
import type { StateSlot } from './training-loop.ts';

export interface LinearStepOptions {
  /** Vectors to logits; all its variables are trained. */
  readonly classifier: Module;
  /** Length of a vector. */
  readonly dimension: number;
  readonly batch: number;
  readonly optimizer: Optimizer;
}

export interface LinearStep {
  readonly step: Step;
  readonly signature: StepSignature;
  readonly state: Readonly<Record<string, StateSlot>>;
}

/** Inputs: the state; `vectors` [B, D]; `targets` [B, K], whose rows sum to 1; the schedule's scalars. Outputs: the state; `loss`, a mean over the batch. */
export function linearStep({ classifier, dimension, batch, optimizer }: LinearStepOptions): LinearStep {
  const trained = trainedNames(classifier);
  const state = moduleState(classifier, optimizer);
  const signature: StepSignature = {
    ...stateSignature(state),
    vectors: floats([batch, dimension]),
    targets: floats([batch, classifier.outputShape[0]!]),
    ...SCHEDULE_SIGNATURE,
  };
  const step: Step = (inputs) => {
    const { value, grads } = valueAndGrads((...weights: Tensor[]): Scalar => {
      const variables = Object.fromEntries(trained.map((name, index) => [name, weights[index]!]));
      const { output } = classifier.apply(variables, inputs.vectors!, 'train');
      return softCrossEntropyLoss(output as Tensor2D, inputs.targets as Tensor2D);
    })(trained.map((name) => inputs[name]!));
    return { loss: value, ...optimised(optimizer, inputs, trained, grads) };
  };
  return { step, signature, state };
}
