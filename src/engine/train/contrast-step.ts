// One training step of momentum contrast, with a categorical part and its equipartition where there is one (CDC; docs/methods.md §3.10), as a pure
// function: two views, key encoder, losses, gradients, optimizer. Compiled whole.
import type { Augmentation } from '../augment/recipe.ts';
import { infoNceLoss } from '../loss/info-nce.ts';
import { equipartition, type SinkhornOptions } from '../nn/sinkhorn.ts';
import { softCrossEntropyLoss } from '../loss/soft-cross-entropy.ts';
import { withoutGradient } from '../nn/without-gradient.ts';
import type { ContrastNetwork } from '../nn/contrast-network.ts';
import { splitColumns } from '../nn/parts-unit-norm.ts';
import type { Optimizer } from '../optim/optimizer.ts';
import type { Step, StepSignature } from '../runtime/step.ts';
import { add, concat, keep, mul, slice, valueAndGrads, type Scalar, type Tensor, type Tensor2D } from '../tensor.ts';
import { floats, moduleState, optimised, SCHEDULE_SIGNATURE, stateSignature, trainedNames } from './module-state.ts';
import type { StateSlot } from './training-loop.ts';

/** Which scores of the other view are made the targets: the key encoder's, or the query encoder's (SwAV); or those of the same view. */
export type EquipartitionTarget = 'swap_key' | 'swap_query' | 'same';

export interface CategoryOptions {
  /** K: the first columns of a feature vector are the scores of so many categories. */
  readonly count: number;
  /** τ_c. */
  readonly temperature: number;
  /** λ: weight of the equipartition's cross-entropy. */
  readonly weight: number;
  readonly sinkhorn: SinkhornOptions;
  readonly target: EquipartitionTarget;
  /** Rows of earlier keys' scores that are balanced together with the batch; 0 for none. */
  readonly history: number;
}

export interface ContrastStepOptions {
  readonly network: ContrastNetwork;
  /** Shape of one input of the networks: height, width, channels; or the length of a frozen encoder's features. */
  readonly input: readonly number[];
  readonly batch: number;
  /** Makes the views inside the step; without it `first` and `second` are inputs. */
  readonly augmentation?: Augmentation;
  /** τ of the contrast loss. */
  readonly temperature: number;
  /** Weight of the contrast loss; without it that loss is not computed, and the categories are all there is. */
  readonly contrast?: number;
  readonly categories?: CategoryOptions;
  /** Rows of the queue of keys; without one the other images of the batch are the negatives (MoCo v3, whose loss has the factor 2τ). */
  readonly queue?: number;
  /** Each view is the query of the other. */
  readonly symmetric: boolean;
  /** m: how much of the key encoder stays. */
  readonly keyMomentum: number;
  readonly optimizer: Optimizer;
}

export interface ContrastStep {
  readonly step: Step;
  readonly signature: StepSignature;
  readonly state: Readonly<Record<string, StateSlot>>;
}

/** Scalars that a step reports. */
export const CONTRAST_METRICS = ['loss', 'contrast', 'equipartition'] as const;

const KEY = 'key/';

/** Lengths of the parts of a feature vector, each of unit norm: scores of categories, instance part. Either may be absent. */
export const contrastParts = (categories: number, instance: number): readonly number[] =>
  [categories, instance].filter((length) => length > 0);

/**
 * Either the contrast loss or categories must be asked for.
 * Inputs: the state, where `key/<name>` are the key encoder's variables; `images` [B, ...] with `first_numbers` and `second_numbers`, and `second_images` where a
 * recipe changes bytes, or the views `first` and `second`; `queue` [R, d]; `history` [rows, K]; the schedule's scalars.
 * Outputs: the state; `query` [B, d] of the first view; `keys` [B or 2B, d], to be put into the queue; the metrics, each a mean over the batch.
 */
export function contrastStep(options: ContrastStepOptions): ContrastStep {
  const { network, batch, augmentation, categories, optimizer, temperature, symmetric } = options;
  const { query, key } = network;
  const dimension = query.outputShape[0]!;
  const names = Object.keys(query.variables);
  const trained = trainedNames(query);
  const followed = trainedNames(key);
  const parts = contrastParts(categories?.count ?? 0, dimension - (categories?.count ?? 0));

  const state = moduleState(query, optimizer);
  for (const name of followed) state[KEY + name] = { shape: key.variables[name]!.shape, variable: name, role: 'value' };

  const views = [batch, ...options.input];
  const numbers = augmentation?.signature(batch).numbers;
  const signature: StepSignature = {
    ...stateSignature(state),
    ...(augmentation === undefined ? { first: floats(views), second: floats(views) } : { images: floats(views) }),
    ...(augmentation?.operations === undefined ? {} : { second_images: floats(views) }),
    ...(numbers === undefined ? {} : { first_numbers: numbers, second_numbers: numbers }),
    ...(options.queue === undefined ? {} : { queue: floats([options.queue, dimension]) }),
    ...(categories === undefined || categories.history === 0
      ? {}
      : { history: floats([categories.history, categories.count]) }),
    ...SCHEDULE_SIGNATURE,
  };

  /** Assignments of the batch, balanced together with earlier scores where there are any. */
  const targetsOf = (features: Tensor2D, history: Tensor | undefined): Tensor2D => {
    const scores = splitColumns(features, parts)[0]!;
    if (history === undefined) return equipartition(scores, categories!.sinkhorn);
    const all = equipartition(concat([history as Tensor2D, scores], 0), categories!.sinkhorn);
    return slice(all, [history.shape[0], 0], [batch, categories!.count]);
  };

  const step: Step = (inputs) => {
    const outputs: Record<string, Tensor> = {};
    const view = (which: 'first' | 'second'): Tensor =>
      augmentation === undefined
        ? inputs[which]!
        : augmentation.apply({
            images: (which === 'second' ? inputs.second_images : undefined) ?? inputs.images!,
            ...(numbers === undefined ? {} : { numbers: inputs[`${which}_numbers`]! }),
          });
    const [first, second] = [view('first'), view('second')];

    // The key encoder follows before it is used. Its batch norms need no running statistics of their own: it is never evaluated.
    const following: Record<string, Tensor> = Object.fromEntries(
      Object.keys(key.variables).map((name) => [name, inputs[name]!]),
    );
    for (const name of followed) {
      const moved = add(mul(inputs[KEY + name]!, options.keyMomentum), mul(inputs[name]!, 1 - options.keyMomentum));
      following[name] = outputs[KEY + name] = keep(moved);
    }
    const keyOf = (images: Tensor): Tensor2D => keep(key.apply(following, images, 'train').output as Tensor2D);
    const secondKeys = keyOf(second);
    const firstKeys = symmetric ? keyOf(first) : undefined;
    outputs.keys = firstKeys === undefined ? secondKeys : keep(concat([secondKeys, firstKeys], 0));

    const queue = inputs.queue as Tensor2D | undefined;
    const { value, grads } = valueAndGrads((...weights: Tensor[]): Scalar => {
      const variables: Record<string, Tensor> = Object.fromEntries(names.map((name) => [name, inputs[name]!]));
      trained.forEach((name, index) => (variables[name] = weights[index]!));
      const updates: Record<string, Tensor> = {};
      const queryOf = (images: Tensor): Tensor2D => {
        const applied = query.apply({ ...variables, ...updates }, images, 'train');
        Object.assign(updates, applied.updates);
        return applied.output as Tensor2D;
      };
      const firstQueries = queryOf(first);
      const secondQueries = symmetric || categories?.target === 'swap_query' ? queryOf(second) : undefined;

      const directions: readonly { queries: Tensor2D; others: Tensor2D | undefined; keys: Tensor2D }[] = [
        { queries: firstQueries, others: secondQueries, keys: secondKeys },
        ...(firstKeys === undefined ? [] : [{ queries: secondQueries!, others: firstQueries, keys: firstKeys }]),
      ];
      const meanOf = (term: (direction: (typeof directions)[number]) => Scalar): Scalar =>
        mul(
          directions.map(term).reduce((sum, one) => add(sum, one)),
          1 / directions.length,
        );
      Object.assign(outputs, updates, { query: keep(firstQueries) });
      let weighted: Scalar | undefined;
      if (options.contrast !== undefined) {
        const factor = queue === undefined ? 2 * temperature : 1;
        const contrast = meanOf(({ queries, keys }) => mul(infoNceLoss(queries, keys, queue, temperature), factor));
        outputs.contrast = keep(contrast);
        weighted = mul<Scalar>(contrast, options.contrast);
      }
      if (categories === undefined) return weighted!;
      const balance = meanOf(({ queries, others, keys }) => {
        const source = { swap_key: keys, swap_query: others, same: queries }[categories.target]!;
        const targets = withoutGradient(source, (features) => targetsOf(features as Tensor2D, inputs.history));
        const scores = splitColumns(queries, parts)[0]!;
        return softCrossEntropyLoss(mul<Tensor2D>(scores, 1 / categories.temperature), targets);
      });
      outputs.equipartition = keep(balance);
      const balanced = mul<Scalar>(balance, categories.weight);
      return weighted === undefined ? balanced : add(weighted, balanced);
    })(trained.map((name) => inputs[name]!));
    outputs.loss = value;
    return { ...outputs, ...optimised(optimizer, inputs, trained, grads) };
  };
  return { step, signature, state };
}
