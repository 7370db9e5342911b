// The losses against values worked out apart in float64, and against the formulas of the papers written out slowly (docs/methods.md §3.3 to
// §3.7), on the CPU. Their gradients, and the same on every engine: agreement.test.ts.
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { infoNceLoss } from '../../src/engine/loss/info-nce.ts';
import { equipartition } from '../../src/engine/nn/sinkhorn.ts';
import { decorrelationLoss } from '../../src/engine/loss/decorrelation.ts';
import { instanceLoss } from '../../src/engine/loss/instance.ts';
import { bankBlocks, bankInputs, normaliseRowsInPlace, updateBank } from '../../src/engine/train/memory-bank.ts';
import { runEagerly } from '../../src/engine/runtime/eager.ts';
import type { TensorData } from '../../src/engine/runtime/session.ts';
import type { Step, StepSignature } from '../../src/engine/runtime/step.ts';
import * as tf from '../../src/engine/tensor.ts';
import { runCompiled } from './compare.ts';
import { randomInputs } from './difference.ts';
import { BANK, goldens, goldenStep, kept, SCORES, V, W, W_BANK, weighted, type Golden } from './loss-cases.ts';

/** The value of a loss of constants, compiled and eager; both must agree before either is used. */
async function valueOf(loss: () => tf.Scalar): Promise<number> {
  const step: Step = ({ zero }) => ({ loss: tf.add(loss(), zero!) });
  return agreedLoss(step, { zero: { shape: [], dtype: 'float32' } }, { zero: { data: Float32Array.of(0), shape: [] } });
}

async function agreedLoss(
  step: Step,
  signature: StepSignature,
  inputs: Readonly<Record<string, TensorData>>,
): Promise<number> {
  const compiled = (await runCompiled(step, signature, inputs)).loss!.data[0]!;
  const eager = (await runEagerly(step, signature, inputs)).loss!.data[0]!;
  expect(compiled).toBeCloseTo(eager, 5);
  return compiled;
}

const given = (test: string) =>
  goldens.filter(({ name }) => name.startsWith(test)).map((one) => [one.name, one] as const);
const goldenValue = (one: Golden): Promise<number> => {
  const { step, signature, inputs } = goldenStep(one);
  return agreedLoss(step, signature, inputs);
};

describe('instance discrimination', () => {
  it.each(given('T1'))('%s', async (_, one) => {
    expect(await goldenValue(one)).toBeCloseTo(one.value, 5);
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
  it.each(given('T2'))('%s', async (_, one) => {
    expect(await goldenValue(one)).toBeCloseTo(one.value, 5);
  });

  it('is ln d where all columns coincide, and ln(e^½ + d − 1) − ½ where they are orthogonal', async () => {
    const d = 128;
    expect(await valueOf(() => decorrelationLoss(tf.ones([3, d]), 2))).toBeCloseTo(Math.log(d), 4);
    expect(await valueOf(() => decorrelationLoss(tf.eye(d), 2))).toBeCloseTo(Math.log(Math.exp(0.5) + d - 1) - 0.5, 4);
  });
});

describe('contrastive instance discrimination', () => {
  it.each(given('T3'))('%s', async (_, one) => {
    expect(await goldenValue(one)).toBeCloseTo(one.value, 5);
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

describe('equipartition', () => {
  const scoresOf = async (scores: readonly number[][], epsilon: number, iterations: number): Promise<number[][]> => {
    const shape = [scores.length, scores[0]!.length];
    const { assignments } = await runEagerly(
      ({ scores: given }) => ({ assignments: equipartition(given as tf.Tensor2D, { epsilon, iterations }) }),
      { scores: { shape, dtype: 'float32' } },
      { scores: { data: Float32Array.from(scores.flat()), shape } },
    );
    const data = [...assignments!.data];
    return scores.map((_, row) => data.slice(row * shape[1]!, (row + 1) * shape[1]!));
  };
  const columnSums = (rows: readonly number[][]): number[] =>
    rows[0]!.map((_, k) => rows.reduce((sum, row) => sum + row[k]!, 0));

  it.each(given('T4'))('%s', async (_, one) => {
    expect(await goldenValue(one)).toBeCloseTo(one.value, 5);
  });

  it('gives the assignments of T4', async () => {
    const expected = [
      [0.99997688, 0.00002311, 0],
      [0.99074991, 0.00923855, 0.00001154],
      [2.2e-7, 0.99999972, 6e-8],
      [1e-8, 0.00001219, 0.9999878],
      [0.03441929, 0.95674765, 0.00883306],
      [0.99997631, 0.00002311, 5.8e-7],
    ];
    const assignments = await scoresOf(SCORES, 0.05, 3);
    assignments.forEach((row, i) => row.forEach((value, k) => expect(value).toBeCloseTo(expected[i]![k]!, 5)));
    for (const [k, sum] of [3.02512, 1.96604, 1.00883].entries())
      expect(columnSums(assignments)[k]).toBeCloseTo(sum, 4);
  });

  it('gives every cluster the same mass in the end', async () => {
    for (const sum of columnSums(await scoresOf(SCORES, 0.05, 2000))) expect(sum).toBeCloseTo(2, 3);
  });

  it('gives rows that sum to 1, however large the scores and however small epsilon', async () => {
    const score = fc.float({ min: -100, max: 100, noNaN: true });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(score, score, score), { minLength: 1, maxLength: 6 }),
        fc.constantFrom(0.01, 0.05, 1),
        async (scores, epsilon) => {
          for (const row of await scoresOf(scores, epsilon, 3)) {
            expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 3);
            for (const value of row) expect(value).toBeGreaterThanOrEqual(0);
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('contrast', () => {
  it.each(given('T9'))('%s', async (_, one) => {
    expect(Math.abs((await goldenValue(one)) - one.value)).toBeLessThan(1e-6);
  });

  it('is the loss of the instance part with the weights that the categorical part gives (CDC, eq. 3)', async () => {
    const [own, others, tau] = [
      { c: 0.9, n: 0.7 },
      [
        [0.5, 0.1],
        [-0.1, 0],
        [0, -0.2],
      ] as const,
      0.5,
    ];
    const weighted = others.reduce((sum, [c, n]) => sum + Math.exp((c - own.c) / tau) * Math.exp((n - own.n) / tau), 0);
    const loss = await valueOf(() =>
      infoNceLoss(
        tf.tensor2d([[1, 1]]),
        tf.tensor2d([[own.c, own.n]]),
        tf.tensor2d(others.map((row) => [...row])),
        tau,
      ),
    );
    expect(loss).toBeCloseTo(Math.log1p(weighted), 5);
  });

  it('stays finite where a negative is far nearer than the own key', async () => {
    const loss = await valueOf(() =>
      infoNceLoss(tf.tensor2d([[1, 0]]), tf.tensor2d([[-1, 0]]), tf.tensor2d([[1, 0]]), 1e-3),
    );
    expect(loss).toBeCloseTo(2000, 2);
  });
});

it('does not depend on how the bank is cut into blocks', async () => {
  const whole = await valueOf(() => instanceLoss(kept(0.1), weighted(0.05)));
  for (const cut of [1, 2, 3])
    expect(await valueOf(() => instanceLoss(kept(0.1, cut), weighted(0.05, cut)))).toBeCloseTo(whole, 5);
});

describe('streamed over the blocks that training takes', () => {
  // Three blocks, the last one uneven.
  const rows = 9_000;
  const [batch, dimension, discarded] = [5, 8, 3];
  const unit = (length: number, width: number, seed: number): Float32Array => {
    const data = randomInputs({ x: { shape: [length, width], dtype: 'float32' } }, seed).x!.data as Float32Array;
    normaliseRowsInPlace(data, width);
    return data;
  };
  const bank = { rows, dimension, data: unit(rows, dimension, 1) };
  const discardBank = { rows, dimension: discarded, data: unit(rows, discarded, 2) };
  const own = Int32Array.of(0, 4_095, 4_096, 8_192, 8_999);
  const inputs = {
    v: { data: unit(batch, dimension, 3), shape: [batch, dimension] },
    w: { data: unit(batch, discarded, 4), shape: [batch, discarded] },
    whole: { data: bank.data, shape: [rows, dimension] },
    discard_whole: { data: discardBank.data, shape: [rows, discarded] },
    ...bankInputs(bank, 'bank', 'own', own),
    ...bankInputs(discardBank, 'discard_bank', 'discard_own', own),
  };
  const signature: StepSignature = Object.fromEntries(
    Object.entries(inputs).map(([name, { shape }]) => [name, { shape, dtype: 'float32' as const }]),
  );
  const blocks = (given: Readonly<Record<string, tf.Tensor>>, name: string) =>
    bankBlocks(rows).map((_, at) => given[`${name}/${at}`] as tf.Tensor2D);

  it.each([
    ['one term', false],
    ['both terms', true],
  ])('it is the direct form within 1e-5, its gradient too: %s', async (_, both) => {
    expect(bankBlocks(rows)).toEqual([4096, 4096, 808]);
    const { streamed, streamed_gradient, direct, direct_gradient } = await runCompiled(
      (given) => {
        const streamedLoss = (v: tf.Tensor): tf.Scalar =>
          instanceLoss(
            {
              features: v as tf.Tensor2D,
              blocks: blocks(given, 'bank'),
              own: given.own as tf.Tensor2D,
              temperature: 0.1,
            },
            both
              ? {
                  features: given.w as tf.Tensor2D,
                  blocks: blocks(given, 'discard_bank'),
                  own: given.discard_own as tf.Tensor2D,
                  temperature: 0.3,
                }
              : undefined,
          );
        const directLoss = (v: tf.Tensor): tf.Scalar => {
          const term = (a: tf.Tensor, b: tf.Tensor, temperature: number) =>
            tf.div(tf.matMul(a, b, false, true), temperature);
          const own = (a: tf.Tensor, b: tf.Tensor, temperature: number) => tf.div(tf.sum(tf.mul(a, b), 1), temperature);
          const logits = term(v, given.whole!, 0.1);
          const target = own(v, given.own!, 0.1);
          if (!both) return tf.mean(tf.sub(tf.logSumExp(logits, 1), target));
          return tf.mean(
            tf.sub(
              tf.logSumExp(tf.add(logits, term(given.w!, given.discard_whole!, 0.3)), 1),
              tf.add(target, own(given.w!, given.discard_own!, 0.3)),
            ),
          );
        };
        const one = tf.valueAndGrad(streamedLoss)(given.v!);
        const other = tf.valueAndGrad(directLoss)(given.v!);
        return {
          ...{ streamed: one.value, streamed_gradient: one.grad },
          ...{ direct: other.value, direct_gradient: other.grad },
        };
      },
      signature,
      inputs,
    );
    expect(Math.abs(streamed!.data[0]! - direct!.data[0]!)).toBeLessThan(1e-5 * direct!.data[0]!);
    streamed_gradient!.data.forEach((value, i) =>
      expect(Math.abs(value - direct_gradient!.data[i]!)).toBeLessThan(1e-5),
    );
  });

  it('keeps no array of batch × rows: memory does not grow with the bank by more than the bank', () => {
    const peak = (bankRows: number): number => {
      const flags = {
        model: 'small_cnn',
        batch: 256,
        size: 8,
        dim: 8,
        steps: 1,
        warmup: 1,
        threads: 1,
        bank: bankRows,
      };
      const command = [
        'dist/cli.js',
        'bench',
        'train-step',
        '--json',
        ...Object.entries(flags).flatMap(([k, v]) => [`--${k}`, `${v}`]),
      ];
      return (JSON.parse(execFileSync(process.execPath, command, { encoding: 'utf8' })) as { peak_mib: number })
        .peak_mib;
    };
    // The bank has 12 MiB; one array of batch × rows would have 391.
    expect(peak(400_000) - peak(4_096)).toBeLessThan(150);
  });
});
