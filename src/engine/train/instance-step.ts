// One training step of IDFD or cIDFD as a pure function: views, forward, losses, gradients, optimizer. Compiled whole.
import type { Augmentation } from '../augment/recipe.ts';
import { add, keep, mul, valueAndGrads, type Scalar, type Tensor, type Tensor2D } from '../tensor.ts';
import { decorrelationLoss } from '../loss/decorrelation.ts';
import { instanceLoss } from '../loss/instance.ts';
import { noiseContrastiveLoss } from '../loss/noise-contrastive.ts';
import { orthogonalityLoss } from '../loss/orthogonality.ts';
import type { Module } from '../nn/module.ts';
import { bankBlocks } from './memory-bank.ts';
import { floats, moduleState, optimised, SCHEDULE_SIGNATURE, stateSignature, trainedNames } from './module-state.ts';
import type { StateSlot } from './training-loop.ts';
import type { Optimizer } from '../optim/optimizer.ts';
import type { Step, StepSignature } from '../runtime/step.ts';

export type DecorrelationForm = 'softmax' | 'orthogonal';

export interface InstanceStepOptions {
  readonly encoder: Module;
  /** Height, width, channels. */
  readonly image: readonly [number, number, number];
  readonly batch: number;
  /** Makes the views inside the step; without it `images` are the views. */
  readonly augmentation?: Augmentation;
  /** Rows of the memory bank: images in the training set. */
  readonly rows: number;
  readonly temperature: number;
  readonly decorrelationTemperature: number;
  readonly decorrelationWeight: number;
  /** `softmax` where it is not given: IDFD's; `orthogonal`: IDFO's. */
  readonly decorrelationForm?: DecorrelationForm;
  /** NPID's noise-contrastive form of the instance loss, with so many rows drawn for each image; without it the softmax over the whole bank. */
  readonly negatives?: number;
  /** cIDFD: length of the frozen encoder's features, and the temperature of their similarity. */
  readonly discard?: { readonly dimension: number; readonly temperature: number };
  readonly optimizer: Optimizer;
}

export interface InstanceStep {
  readonly step: Step;
  readonly signature: StepSignature;
  /** Every tensor that goes in and comes out anew, by name. */
  readonly state: Readonly<Record<string, StateSlot>>;
}

/** Scalars that a step reports, each a mean over the batch. */
export const METRICS = ['loss', 'instance', 'decorrelation'] as const;

/**
 * Inputs: the state; `images` [B, H, W, C] in 0..1, with an augmentation also the numbers drawn for them; the bank in blocks `bank/0`, `bank/1`, … [rows, d] (see {@link bankBlocks}) and its rows of the
 * batch, `own` [B, d]; for cIDFD `discard_features` [B, e], `discard_bank/0`, … and `discard_own`; with drawn negatives `counts/0`, … [B, rows] and `log_normaliser`; the schedule's scalars.
 * Outputs: the state; `features` [B, d]; the metrics.
 */
export function instanceStep(options: InstanceStepOptions): InstanceStep {
  const { encoder, batch, rows, augmentation, discard, negatives, optimizer } = options;
  const dimension = encoder.outputShape[0]!;
  const names = Object.keys(encoder.variables);
  const trained = trainedNames(encoder);
  const state = moduleState(encoder, optimizer);
  const blockSignature = (name: string, length: number): StepSignature =>
    Object.fromEntries(bankBlocks(rows).map((count, block) => [`${name}/${block}`, floats([count, length])]));
  const blocksOf = (inputs: Readonly<Record<string, Tensor>>, name: string): Tensor2D[] =>
    bankBlocks(rows).map((_, block) => inputs[`${name}/${block}`] as Tensor2D);
  const signature: StepSignature = {
    ...stateSignature(state),
    images: floats([batch, ...options.image]),
    ...augmentation?.signature(batch),
    ...blockSignature('bank', dimension),
    own: floats([batch, dimension]),
    ...(negatives === undefined
      ? {}
      : {
          ...Object.fromEntries(bankBlocks(rows).map((count, at) => [`counts/${at}`, floats([batch, count])])),
          log_normaliser: floats([]),
        }),
    ...(discard === undefined
      ? {}
      : {
          discard_features: floats([batch, discard.dimension]),
          ...blockSignature('discard_bank', discard.dimension),
          discard_own: floats([batch, discard.dimension]),
        }),
    ...SCHEDULE_SIGNATURE,
  };

  const step: Step = (inputs) => {
    const outputs: Record<string, Tensor> = {};
    const views = augmentation === undefined ? inputs.images! : augmentation.apply(inputs);
    const { value, grads } = valueAndGrads((...weights: Tensor[]): Scalar => {
      const variables: Record<string, Tensor> = Object.fromEntries(names.map((name) => [name, inputs[name]!]));
      trained.forEach((name, index) => (variables[name] = weights[index]!));
      const { output, updates } = encoder.apply(variables, views, 'train');
      const features = output as Tensor2D;
      const kept = {
        ...{ features, blocks: blocksOf(inputs, 'bank'), own: inputs.own as Tensor2D },
        temperature: options.temperature,
      };
      const softmax = (): Scalar =>
        instanceLoss(
          kept,
          discard === undefined
            ? undefined
            : {
                features: inputs.discard_features as Tensor2D,
                blocks: blocksOf(inputs, 'discard_bank'),
                own: inputs.discard_own as Tensor2D,
                temperature: discard.temperature,
              },
        );
      const instance =
        negatives === undefined
          ? softmax()
          : noiseContrastiveLoss({
              ...{ ...kept, negatives, counts: blocksOf(inputs, 'counts'), logNormaliser: inputs.log_normaliser! },
            });
      const decorrelation =
        options.decorrelationForm === 'orthogonal'
          ? orthogonalityLoss(features)
          : decorrelationLoss(features, options.decorrelationTemperature);
      Object.assign(outputs, updates, {
        features: keep(features),
        instance: keep(instance),
        decorrelation: keep(decorrelation),
      });
      return add(instance, mul(decorrelation, options.decorrelationWeight));
    })(trained.map((name) => inputs[name]!));
    outputs.loss = value;
    return { ...outputs, ...optimised(optimizer, inputs, trained, grads) };
  };
  return { step, signature, state };
}
