// The losses against values worked out apart in float64, and against the formulas of the papers written out slowly (docs/methods.md §3.3 to §3.7).
import { describe, expect, it } from 'vitest';
import { decorrelationLoss } from '../../src/engine/loss/decorrelation.ts';
import { instanceLoss } from '../../src/engine/loss/instance.ts';
import { updateBank } from '../../src/engine/train/memory-bank.ts';
import { runEagerly } from '../../src/engine/runtime/eager.ts';
import * as tf from '../../src/engine/tensor.ts';
import type { Step, StepSignature } from '../../src/engine/runtime/step.ts';
import { runCompiled } from './compare.ts';
import { randomInputs } from './difference.ts';

const V = [
  [1, 0, 0],
  [0, 1, 0],
];
const BANK = [
  [0.6, 0.8, 0],
  [0, 0.6, 0.8],
  [1, 0, 0],
  [0, 0, 1],
];
const W = [
  [1, 0],
  [0.6, 0.8],
];
const W_BANK = [
  [1, 0],
  [0.6, 0.8],
  [0, 1],
  [-1, 0],
];

/** The value of a loss of constants, compiled and eager; both must agree before either is used. */
async function valueOf(loss: () => tf.Scalar): Promise<number> {
  const step: Step = ({ zero }) => ({ loss: tf.add(loss(), zero!) });
  const signature: StepSignature = { zero: { shape: [], dtype: 'float32' } };
  const inputs = { zero: { data: Float32Array.of(0), shape: [] } };
  const compiled = (await runCompiled(step, signature, inputs)).loss!.data[0]!;
  const eager = (await runEagerly(step, signature, inputs)).loss!.data[0]!;
  expect(compiled).toBeCloseTo(eager, 5);
  return compiled;
}

/** The bank cut after `cut` rows; the batch owns its first rows. */
const blocksOf = (bank: number[][], cut: number) =>
  cut >= bank.length ? [tf.tensor2d(bank)] : [tf.tensor2d(bank.slice(0, cut)), tf.tensor2d(bank.slice(cut))];
const kept = (temperature: number, cut = 4) => ({
  features: tf.tensor2d(V),
  blocks: blocksOf(BANK, cut),
  own: tf.tensor2d(BANK.slice(0, 2)),
  temperature,
});
const weighted = (temperature: number, cut = 4) => ({
  features: tf.tensor2d(W),
  blocks: blocksOf(W_BANK, cut),
  own: tf.tensor2d(W_BANK.slice(0, 2)),
  temperature,
});

describe('instance discrimination', () => {
  it.each([
    [1, 1.2388349],
    [0.5, 1.2359289],
  ])('temperature %s gives %s', async (temperature, expected) => {
    expect(await valueOf(() => instanceLoss(kept(temperature)))).toBeCloseTo(expected, 5);
  });

  it('moves the bank half way and normalises', () => {
    const bank = { rows: 4, dimension: 3, data: Float32Array.from(BANK.flat()) };
    updateBank(bank, Int32Array.of(0, 1), Float32Array.from(V.flat()), 0.5);
    const expected = [0.8944272, 0.4472136, 0, 0, 0.8944272, 0.4472136, 1, 0, 0, 0, 0, 1];
    bank.data.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 6));
  });

  it('stays finite where the probabilities of the targets underflow', async () => {
    const loss = await valueOf(() =>
      instanceLoss({
        features: tf.tensor2d([[1, 0]]),
        blocks: [tf.tensor2d([[-1, 0]]), tf.tensor2d([[1, 0]])],
        own: tf.tensor2d([[-1, 0]]),
        temperature: 1e-3,
      }),
    );
    expect(loss).toBeCloseTo(2000, 2);
  });
});

describe('feature decorrelation', () => {
  it('gives 0.9153472 at temperature 2', async () => {
    expect(
      await valueOf(() =>
        decorrelationLoss(
          tf.tensor2d([
            [1, 2, 0],
            [0, 1, 1],
            [1, 0, 1],
            [2, 1, 0],
          ]),
          2,
        ),
      ),
    ).toBeCloseTo(0.9153472, 5);
  });

  it('is ln d where all columns coincide, and ln(e^½ + d − 1) − ½ where they are orthogonal', async () => {
    const d = 128;
    expect(await valueOf(() => decorrelationLoss(tf.ones([3, d]), 2))).toBeCloseTo(Math.log(d), 4);
    expect(await valueOf(() => decorrelationLoss(tf.eye(d), 2))).toBeCloseTo(Math.log(Math.exp(0.5) + d - 1) - 0.5, 4);
  });
});

describe('contrastive instance discrimination', () => {
  it.each([
    [1, 0.7776209],
    [0.2, 0.1969386],
    [1e9, 1.2388349],
  ])('background temperature %s gives %s', async (temperature, expected) => {
    expect(await valueOf(() => instanceLoss(kept(1), weighted(temperature)))).toBeCloseTo(expected, 5);
  });

  it('equals equation 4 written with the weights alpha', async () => {
    const dot = (a: readonly number[], b: readonly number[]): number =>
      a.reduce((sum, value, i) => sum + value * b[i]!, 0);
    for (const tauXb of [0.5, 1]) {
      const literal = [0, 1].map((i) => {
        const term = (j: number): number => Math.exp(dot(W[i]!, W_BANK[j]!) / tauXb) * Math.exp(dot(V[i]!, BANK[j]!));
        return -Math.log(term(i) / [0, 1, 2, 3].reduce((sum, j) => sum + term(j), 0));
      });
      expect(await valueOf(() => instanceLoss(kept(1), weighted(tauXb)))).toBeCloseTo(
        (literal[0]! + literal[1]!) / 2,
        5,
      );
    }
  });
});

it('does not depend on how the bank is cut into blocks', async () => {
  const whole = await valueOf(() => instanceLoss(kept(0.1), weighted(0.05)));
  for (const cut of [1, 2, 3])
    expect(await valueOf(() => instanceLoss(kept(0.1, cut), weighted(0.05, cut)))).toBeCloseTo(whole, 5);
});

describe('gradients against finite differences', () => {
  const check = async (loss: (x: tf.Tensor2D) => tf.Scalar, shape: readonly [number, number]) => {
    const signature: StepSignature = { x: { shape, dtype: 'float32' } };
    const inputs = randomInputs(signature, 7);
    const gradient = (
      await runCompiled(({ x }) => ({ g: tf.grad((one) => loss(one as tf.Tensor2D))(x!) }), signature, inputs)
    ).g!.data;
    const at = async (data: Float32Array): Promise<number> =>
      (await runEagerly(({ x }) => ({ y: loss(x as tf.Tensor2D) }), signature, { x: { data, shape } })).y!.data[0]!;
    const step = 1e-2;
    for (let i = 0; i < gradient.length; i += 1) {
      const moved = (by: number): Float32Array =>
        inputs.x!.data.map((value, k) => (k === i ? value + by : value)) as Float32Array;
      const difference = ((await at(moved(step))) - (await at(moved(-step)))) / (2 * step);
      expect(Math.abs(gradient[i]! - difference)).toBeLessThan(2e-3 * Math.max(1, Math.abs(difference)));
    }
  };
  it('instance loss', () => check((x) => instanceLoss({ ...kept(0.5, 3), features: x }), [2, 3]));
  it('contrastive instance loss', () =>
    check((x) => instanceLoss({ ...kept(0.5, 3), features: x }, weighted(0.3, 3)), [2, 3]));
  it('decorrelation', () => check((x) => decorrelationLoss(x, 2), [4, 3]));
});
