// The training of a linear classifier: against a slow one in float64, and in two parts.
import { describe, expect, test } from 'vitest';
import { initialise } from '../../src/engine/nn/initialise.ts';
import { linearClassifier } from '../../src/engine/nn/linear-classifier.ts';
import { scheduleAt } from '../../src/engine/optim/schedule.ts';
import { trainLinear, type LinearTrainingOptions } from '../../src/engine/train/train-linear.ts';
import { foldIn, randomKey, RandomStream } from '../../src/random/random.ts';
import { blobs } from '../stages/cluster/blobs.ts';
import { cutTraining, quietHooks } from './cut-training.ts';

const rows = blobs(50, 5, 3, 0.6, 2);
const options: LinearTrainingOptions = {
  ...{ classes: 3, epochs: 4, batch: 16, momentum: 0.9, weightDecay: 0.01, seed: 3 },
  rate: { learningRate: 0.5, schedule: 'multistep', warmup: 2, milestones: [0.6, 0.8] },
};

/** Softmax regression by gradient descent with momentum, written out. */
function slowly({ classes, epochs, batch, momentum, weightDecay, rate, seed }: LinearTrainingOptions) {
  const { count, dimension, data, groupOf } = rows;
  const key = randomKey(seed, 'linear');
  const start = initialise(linearClassifier(classes)([dimension]).variables, foldIn(key, 'variables'));
  const weight = Array.from(start['weight']!);
  const bias = Array.from(start['bias']!);
  const velocity = { weight: weight.map(() => 0), bias: bias.map(() => 0) };
  const perEpoch = Math.floor(count / batch);
  for (let step = 0; step < epochs * perEpoch; step += 1) {
    const order = new RandomStream(foldIn(foldIn(key, 'order'), Math.floor(step / perEpoch))).permutation(count);
    const first = (step % perEpoch) * batch;
    const gradient = {
      weight: weight.map((value) => weightDecay * value),
      bias: bias.map((value) => weightDecay * value),
    };
    for (const row of order.slice(first, first + batch)) {
      const x = data.subarray(row * dimension, (row + 1) * dimension);
      const powers = bias.map((b, k) =>
        Math.exp(x.reduce((sum, value, d) => sum + value * weight[d * classes + k]!, b)),
      );
      const total = powers.reduce((a, b) => a + b);
      powers.forEach((power, k) => {
        const error = (power / total - Number(k === groupOf[row])) / batch;
        gradient.bias[k]! += error;
        x.forEach((value, d) => (gradient.weight[d * classes + k]! += error * value));
      });
    }
    const { learningRate } = scheduleAt(step, { ...rate, steps: epochs * perEpoch });
    for (const [name, values] of Object.entries({ weight, bias }) as ['weight' | 'bias', number[]][])
      values.forEach((value, at) => {
        velocity[name][at] = momentum * velocity[name][at]! + gradient[name][at]!;
        values[at] = value - learningRate * velocity[name][at];
      });
  }
  return { weight, bias };
}

describe('a linear classifier', () => {
  test('starts with small normal weights and no bias', () => {
    const { weight, bias } = initialise(linearClassifier(40)([500]).variables, randomKey(0));
    const deviation = Math.sqrt(weight!.reduce((sum, value) => sum + value * value, 0) / weight!.length);
    expect(deviation).toBeGreaterThan(0.0098);
    expect(deviation).toBeLessThan(0.0102);
    expect(bias).toEqual(new Float32Array(40));
  });

  test.each([
    ['with momentum, decay, warm-up and milestones', options],
    ['by cosine, without momentum', { ...options, momentum: 0, rate: { ...options.rate, schedule: 'cosine' } }],
  ] as const)('%s learns what slow gradient descent learns', async (_, asked) => {
    const { values } = await trainLinear(rows, rows.groupOf, asked, quietHooks());
    for (const [name, expected] of Object.entries(slowly(asked)))
      expected.forEach((value, at) => expect(values[name]![at], `${name} ${at}`).toBeCloseTo(value, 4));
  });

  test('cut anywhere and continued, ends with the same bytes', async () => {
    const whole = await trainLinear(rows, rows.groupOf, options, quietHooks());
    for (const cut of [1, 3, 7, 12]) {
      const resume = await cutTraining(cut, (hooks) => trainLinear(rows, rows.groupOf, options, hooks));
      const continued = await trainLinear(rows, rows.groupOf, options, quietHooks({ resume }));
      expect(continued.values).toEqual(whole.values);
    }
  });

  test('a rate that is far too large stops with a clear error', async () => {
    const rate = { learningRate: 1e38, schedule: 'constant', warmup: 0 } as const;
    await expect(trainLinear(rows, rows.groupOf, { ...options, rate }, quietHooks())).rejects.toThrow(
      /the loss is (NaN|Infinity) after \d+ steps/,
    );
  });
});
