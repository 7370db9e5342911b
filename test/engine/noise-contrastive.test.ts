// NPID's form of instance discrimination: the loss against a slow reference, its draws and its normaliser, and that the normaliser survives a stop.
import { describe, expect, it } from 'vitest';
import { noiseContrastiveLoss } from '../../src/engine/loss/noise-contrastive.ts';
import * as tf from '../../src/engine/tensor.ts';
import { runEagerly } from '../../src/engine/runtime/eager.ts';
import { meanSimilarity, weightMass } from '../../src/engine/train/instance-monitor.ts';
import { normaliseRowsInPlace, randomBank } from '../../src/engine/train/memory-bank.ts';
import { NoiseDraws } from '../../src/engine/train/noise-draws.ts';
import { randomKey, RandomStream } from '../../src/random/random.ts';

const random = new RandomStream(randomKey(0));
const unit = (rows: number, dimension: number): Float32Array => {
  const data = Float32Array.from({ length: rows * dimension }, () => random.normal());
  normaliseRowsInPlace(data, dimension);
  return data;
};
const dot = (a: Float32Array, i: number, b: Float32Array, j: number, dimension: number): number => {
  let sum = 0;
  for (let d = 0; d < dimension; d += 1) sum += a[i * dimension + d]! * b[j * dimension + d]!;
  return sum;
};

const [rows, batch, dimension, negatives, temperature] = [5000, 6, 4, 300, 0.1];
const bank = randomBank(rows, dimension, randomKey(1));
const features = unit(batch, dimension);
const own = Int32Array.of(0, 17, 4095, 4096, 4999, 2500);
const key = randomKey(3);

/** The rows that each image has drawn, from the counts in blocks. */
function drawn(): number[][] {
  const inputs = new NoiseDraws(rows, batch, negatives).inputs(key, own);
  return Array.from({ length: batch }, (_, slot) =>
    [4096, 904].flatMap((length, block) => {
      const counts = inputs[`counts/${block}`]!.data;
      return Array.from({ length }, (__, at) =>
        Array<number>(counts[slot * length + at]!).fill(block * 4096 + at),
      ).flat();
    }),
  );
}

describe('noise-contrastive instance discrimination', () => {
  it('draws so many rows for each image, over all blocks, by key and row alone', () => {
    const all = drawn();
    for (const each of all) expect(each).toHaveLength(negatives);
    expect(new Set(all.flat()).size).toBeGreaterThan(1000);
    const few = new NoiseDraws(rows, 1, negatives).inputs(key, own.subarray(3, 4));
    expect([...few['counts/1']!.data].reduce((a, b) => a + b)).toBe(all[3]!.filter((row) => row >= 4096).length);
    expect(all[0]).not.toEqual(all[1]);
  });

  it('has the normaliser N · mean exp(v·v̄/τ) over own and drawn rows', () => {
    const values = drawn().flatMap((each, slot) =>
      [own[slot]!, ...each].map((row) => Math.exp(dot(features, slot, bank.data, row, dimension) / temperature)),
    );
    const expected = rows * (values.reduce((a, b) => a + b) / values.length);
    const found = new NoiseDraws(rows, batch, negatives).logNormaliser(bank, features, key, own, temperature);
    expect(found).toBeCloseTo(Math.log(expected), 8);
  });

  it.each([8, 12, 30])('is the slow reference at log Z = %d', async (logNormaliser) => {
    const inputs = new NoiseDraws(rows, batch, negatives).inputs(key, own);
    const ownRows = Float32Array.from(
      [...own].flatMap((row) => [...bank.data.subarray(row * dimension, (row + 1) * dimension)]),
    );
    const { loss } = await runEagerly(
      () => ({
        loss: noiseContrastiveLoss({
          features: tf.tensor2d(features, [batch, dimension]),
          own: tf.tensor2d(ownRows, [batch, dimension]),
          blocks: [4096, 904].map((length, at) =>
            tf.tensor2d(bank.data.subarray(at * 4096 * dimension, (at * 4096 + length) * dimension), [
              length,
              dimension,
            ]),
          ),
          counts: [4096, 904].map((length, at) =>
            tf.tensor2d(inputs[`counts/${at}`]!.data as Float32Array, [batch, length]),
          ),
          ...{ temperature, negatives, logNormaliser: tf.scalar(logNormaliser) },
        }),
      }),
      {},
      {},
    );
    const share = negatives / rows;
    const p = (slot: number, row: number): number =>
      Math.exp(dot(features, slot, bank.data, row, dimension) / temperature - logNormaliser);
    let sum = 0;
    drawn().forEach((each, slot) => {
      const positive = p(slot, own[slot]!);
      sum -= Math.log(positive / (positive + share + 1e-7));
      for (const row of each) sum -= Math.log(share / (p(slot, row) + share + 1e-7));
    });
    expect(Math.abs(loss!.data[0]! - sum / batch)).toBeLessThan(1e-5 * (sum / batch));
  });
});

describe('monitors', () => {
  it('the mean similarity is that of all pairs', () => {
    const [count, length] = [9, 5];
    const data = unit(count, length);
    let sum = 0;
    for (let i = 0; i < count; i += 1)
      for (let j = 0; j < count; j += 1) if (i !== j) sum += dot(data, i, data, j, length);
    expect(meanSimilarity(data, length)).toBeCloseTo(sum / (count * (count - 1)), 6);
    expect(meanSimilarity(Float32Array.of(0.6, 0.8, 0.6, 0.8, 0.6, 0.8), 2)).toBeCloseTo(1, 6);
  });

  it('the weight mass is 1/4 where backgrounds weigh nothing, and near 1 where they decide', () => {
    const count = 400;
    const kept = { features: Float32Array.of(0, 1), bank: { rows: count, dimension: 2, data: unit(count, 2) } };
    const background = { features: Float32Array.of(1, 0), bank: { rows: count, dimension: 2, data: unit(count, 2) } };
    const at = (tau: number, temperature: number) =>
      weightMass({ ...kept, temperature: tau }, { ...background, temperature });
    expect(at(1e9, 1e9)).toBeCloseTo(0.25, 6);
    expect(at(1e9, 0.05)).toBeGreaterThan(0.99);
    const slow = Array.from({ length: count }, (_, row) => ({
      near: background.bank.data[2 * row]!,
      mass: Math.exp(background.bank.data[2 * row]! / 0.5 + kept.bank.data[2 * row + 1]! / 0.3),
    })).sort((a, b) => b.near - a.near);
    const sum = (list: readonly { readonly mass: number }[]): number => list.reduce((all, { mass }) => all + mass, 0);
    expect(at(0.3, 0.5)).toBeCloseTo(sum(slow.slice(0, 100)) / sum(slow), 5);
  });
});
