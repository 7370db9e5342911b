// Every loss, as steps that every engine can take: the values that docs/methods.md gives (§6, T1 to T3), and value and gradient at random
// features. agreement.test.ts holds this table to the files of src/engine/loss: a loss without a case fails there.
import { decorrelationLoss } from '../../src/engine/loss/decorrelation.ts';
import { infoNceLoss } from '../../src/engine/loss/info-nce.ts';
import { instanceLoss } from '../../src/engine/loss/instance.ts';
import { noiseContrastiveLoss } from '../../src/engine/loss/noise-contrastive.ts';
import { orthogonalityLoss } from '../../src/engine/loss/orthogonality.ts';
import { softCrossEntropyLoss } from '../../src/engine/loss/soft-cross-entropy.ts';
import { weightedCrossEntropyLoss } from '../../src/engine/loss/weighted-cross-entropy.ts';
import { equipartition } from '../../src/engine/nn/sinkhorn.ts';
import * as tf from '../../src/engine/tensor.ts';
import type { TensorData } from '../../src/engine/runtime/session.ts';
import type { Step, StepSignature } from '../../src/engine/runtime/step.ts';

interface CaseStep {
  readonly step: Step;
  readonly signature: StepSignature;
}

export const V = [
  [1, 0, 0],
  [0, 1, 0],
];
export const BANK = [
  [0.6, 0.8, 0],
  [0, 0.6, 0.8],
  [1, 0, 0],
  [0, 0, 1],
];
export const W = [
  [1, 0],
  [0.6, 0.8],
];
export const W_BANK = [
  [1, 0],
  [0.6, 0.8],
  [0, 1],
  [-1, 0],
];
const FEATURES = [
  [1, 2, 0],
  [0, 1, 1],
  [1, 0, 1],
  [2, 1, 0],
];

/** The bank cut after `cut` rows; the batch owns its first rows. */
const similarity = (features: readonly number[][], bank: readonly number[][], temperature: number, cut: number) => ({
  features: tf.tensor2d([...features]),
  blocks:
    cut >= bank.length ? [tf.tensor2d([...bank])] : [tf.tensor2d(bank.slice(0, cut)), tf.tensor2d(bank.slice(cut))],
  own: tf.tensor2d(bank.slice(0, features.length)),
  temperature,
});
export const kept = (temperature: number, cut = 4) => similarity(V, BANK, temperature, cut);
export const weighted = (temperature: number, cut = 4) => similarity(W, W_BANK, temperature, cut);

/** Scores of T4. */
export const SCORES = [
  [0.9, 0.1, -0.2],
  [0.8, 0.3, 0.1],
  [0.2, 0.7, 0],
  [0.1, 0.2, 0.9],
  [0.5, 0.4, 0.3],
  [0.85, 0.05, 0],
];
/** Of T9: products with the query are the similarities of the categorical and the instance part. */
const CDC = {
  query: [[1, 1]],
  key: [[0.9, 0.7]],
  queue: [
    [0.5, 0.1],
    [-0.1, 0],
    [0, -0.2],
  ],
};

type Inputs = Readonly<Record<string, tf.Tensor2D>>;

export interface Golden {
  readonly name: string;
  /** Inputs of the step, not constants: those would be folded away before any engine sees them. */
  readonly inputs: Readonly<Record<string, readonly number[][]>>;
  readonly loss: (inputs: Inputs) => tf.Scalar;
  readonly value: number;
}

const KEPT = { features: V, bank: BANK, own: BANK.slice(0, 2) };
const WEIGHTED = { discardFeatures: W, discardBank: W_BANK, discardOwn: W_BANK.slice(0, 2) };
const ofKept = ({ features, bank, own }: Inputs, temperature: number) => ({
  ...{ features: features!, blocks: [bank!], own: own!, temperature },
});
const ofWeighted = ({ discardFeatures, discardBank, discardOwn }: Inputs, temperature: number) => ({
  ...{ features: discardFeatures!, blocks: [discardBank!], own: discardOwn!, temperature },
});

/** Values worked out apart in float64. */
export const goldens: readonly Golden[] = [
  {
    name: 'T1, temperature 1',
    inputs: KEPT,
    loss: (inputs) => instanceLoss(ofKept(inputs, 1)),
    value: 1.2388349,
  },
  {
    name: 'T1, temperature 0.5',
    inputs: KEPT,
    loss: (inputs) => instanceLoss(ofKept(inputs, 0.5)),
    value: 1.2359289,
  },
  {
    name: 'T2, temperature 2',
    inputs: { features: FEATURES },
    loss: ({ features }) => decorrelationLoss(features!, 2),
    value: 0.9153472,
  },
  ...(
    [
      [1, 0.7776209],
      [0.2, 0.1969386],
      [1e9, 1.2388349],
    ] as const
  ).map(([background, value]): Golden => ({
    name: `T3, background temperature ${background}`,
    inputs: { ...KEPT, ...WEIGHTED },
    loss: (inputs) => instanceLoss(ofKept(inputs, 1), ofWeighted(inputs, background)),
    value,
  })),
  ...(
    [
      [1, 0.7440028],
      [0.1, 0.2410223],
    ] as const
  ).map(([temperature, value]): Golden => ({
    name: `T4, temperature ${temperature}`,
    inputs: { scores: SCORES },
    loss: ({ scores }) =>
      softCrossEntropyLoss(
        tf.mul<tf.Tensor2D>(scores!, 1 / temperature),
        equipartition(scores!, { epsilon: 0.05, iterations: 3 }),
      ),
    value,
  })),
  {
    name: 'T9',
    inputs: CDC,
    loss: ({ query, key, queue }) => infoNceLoss(query!, key!, queue, 0.1),
    value: 4.5455526e-5,
  },
];

/** From a golden's inputs to `loss`. */
export function goldenStep({ inputs, loss }: Golden): CaseStep & {
  readonly inputs: Readonly<Record<string, TensorData>>;
} {
  const shapeOf = (rows: readonly number[][]) => [rows.length, rows[0]!.length];
  return {
    signature: mapValues(inputs, (rows) => ({ shape: shapeOf(rows), dtype: 'float32' as const })),
    step: (tensors) => ({ loss: loss(tensors as Inputs) }),
    inputs: mapValues(inputs, (rows) => ({ data: Float32Array.from(rows.flat()), shape: shapeOf(rows) })),
  };
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}

export interface Differentiable {
  readonly shape: readonly [number, number];
  /** Makes its constants, then gives the loss of features: what a gradient function makes itself is gone when the gradient is computed. */
  readonly prepare: () => (x: tf.Tensor2D) => tf.Scalar;
}

/** Losses of features `x`, by name; the part before a comma is the function. */
export const differentiable: Readonly<Record<string, Differentiable>> = {
  instanceLoss: {
    shape: [2, 3],
    prepare: () => {
      const bank = kept(0.5, 3);
      return (features) => instanceLoss({ ...bank, features });
    },
  },
  'instanceLoss, contrastive': {
    shape: [2, 3],
    prepare: () => {
      const [bank, discard] = [kept(0.5, 3), weighted(0.3, 3)];
      return (features) => instanceLoss({ ...bank, features }, discard);
    },
  },
  decorrelationLoss: { shape: [4, 3], prepare: () => (features) => decorrelationLoss(features, 2) },
  infoNceLoss: {
    shape: [2, 3],
    prepare: () => {
      const [keys, queue] = [tf.tensor2d(V), tf.tensor2d(BANK)];
      return (features) => infoNceLoss(features, keys, queue, 0.5);
    },
  },
  'infoNceLoss, within a batch': {
    shape: [2, 3],
    prepare: () => {
      const keys = tf.tensor2d(BANK.slice(0, 2));
      return (features) => infoNceLoss(features, keys, undefined, 0.5);
    },
  },
  orthogonalityLoss: { shape: [4, 3], prepare: () => (features) => orthogonalityLoss(features) },
  noiseContrastiveLoss: {
    shape: [2, 3],
    prepare: () => {
      const { blocks, own } = kept(0.5, 3);
      const counts = [
        tf.tensor2d([
          [2, 0, 1],
          [0, 1, 1],
        ]),
        tf.tensor2d([[0], [1]]),
      ];
      const logNormaliser = tf.scalar(2);
      return (features) =>
        noiseContrastiveLoss({ features, blocks, own, counts, temperature: 0.5, negatives: 3, logNormaliser });
    },
  },
  weightedCrossEntropyLoss: {
    shape: [4, 3],
    prepare: () => {
      // The second image has no label; the fourth weighs three times as much as the others.
      const targets = tf.tensor2d([
        [0.2, 0, 0],
        [0, 0, 0],
        [0, 0.2, 0],
        [0, 0, 0.6],
      ]);
      return (features) => weightedCrossEntropyLoss(features, targets);
    },
  },
  softCrossEntropyLoss: {
    shape: [6, 3],
    prepare: () => {
      const targets = equipartition(tf.tensor2d(SCORES), { epsilon: 0.2, iterations: 3 });
      return (features) => softCrossEntropyLoss(features, targets);
    },
  },
};

/** From `x` to `loss`. */
export function lossStep(name: string): CaseStep {
  const { shape, prepare } = differentiable[name]!;
  return {
    signature: { x: { shape, dtype: 'float32' } },
    step: ({ x }) => ({ loss: prepare()(x as tf.Tensor2D) }),
  };
}

/** From `x` to `loss` and `gradient`. */
export function gradientStep(name: string): CaseStep {
  const { prepare } = differentiable[name]!;
  return {
    ...lossStep(name),
    step: ({ x }) => {
      const loss = prepare();
      const { value, grad } = tf.valueAndGrad((one: tf.Tensor) => loss(one as tf.Tensor2D))(x!);
      return { loss: value, gradient: grad };
    },
  };
}
