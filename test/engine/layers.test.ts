// Layers: outputs and gradients, compiled against eager, and gradients against finite differences.
import { describe, expect, it } from 'vitest';
import { batchNorm } from '../../src/engine/nn/batch-norm.ts';
import { head } from '../../src/engine/nn/head.ts';
import { convolution, flatten, linear, relu, unitNorm } from '../../src/engine/nn/layers.ts';
import { sequential, type Layer } from '../../src/engine/nn/module.ts';
import { averagePool, globalAveragePool, maxPool } from '../../src/engine/nn/pooling.ts';
import { basicBlock, bottleneck } from '../../src/engine/nn/resnet.ts';
import { splitBatchNorm } from '../../src/engine/nn/split-batch-norm.ts';
import { runEagerly } from '../../src/engine/runtime/eager.ts';
import type { Step, StepSignature } from '../../src/engine/runtime/step.ts';
import * as tf from '../../src/engine/tensor.ts';
import { disagreement, runCompiled } from './compare.ts';
import { randomInputs } from './difference.ts';

/** Output, updates, and the gradient of a fixed random projection of the output by every input and variable. */
function probe(
  layer: Layer,
  inputShape: readonly number[],
  batch: number,
): { readonly step: Step; readonly signature: StepSignature; readonly value: Step } {
  const module = layer(inputShape);
  const names = Object.keys(module.variables);
  const signature: StepSignature = {
    x: { shape: [batch, ...inputShape], dtype: 'float32' },
    direction: { shape: [batch, ...module.outputShape], dtype: 'float32' },
    ...Object.fromEntries(
      names.map((name) => [`w.${name}`, { shape: module.variables[name]!.shape, dtype: 'float32' as const }]),
    ),
  };
  const apply = (inputs: Readonly<Record<string, tf.Tensor>>, x: tf.Tensor, weights: readonly tf.Tensor[]) =>
    module.apply(
      Object.fromEntries(
        names.map((name, i) => [
          name,
          name.includes('variance') ? tf.add(tf.square(inputs[`w.${name}`]!), 0.5) : weights[i]!,
        ]),
      ),
      x,
      'train',
    );
  const weightsOf = (inputs: Readonly<Record<string, tf.Tensor>>) => names.map((name) => inputs[`w.${name}`]!);
  return {
    signature,
    value: (inputs) => ({ y: tf.sum(tf.mul(apply(inputs, inputs.x!, weightsOf(inputs)).output, inputs.direction!)) }),
    step(inputs) {
      const { output, updates } = apply(inputs, inputs.x!, weightsOf(inputs));
      const trained = names.filter((name) => module.variables[name]!.trained);
      const gradients = tf.grads((x: tf.Tensor, ...weights: tf.Tensor[]) => {
        const all = names.map((name) =>
          trained.includes(name) ? weights[trained.indexOf(name)]! : inputs[`w.${name}`]!,
        );
        return tf.sum(tf.mul(apply(inputs, x, all).output, inputs.direction!));
      })([inputs.x!, ...trained.map((name) => inputs[`w.${name}`]!)]);
      return {
        output,
        ...updates,
        'd.x': gradients[0]!,
        ...Object.fromEntries(trained.map((name, i) => [`d.${name}`, gradients[i + 1]!])),
      };
    },
  };
}

const layers: Readonly<Record<string, readonly [Layer, readonly number[]]>> = {
  convolution: [convolution(4, 3, 2), [7, 7, 3]],
  batchNorm: [batchNorm, [3, 3, 4]],
  'batchNorm of vectors': [batchNorm, [5]],
  relu: [relu, [4, 4, 2]],
  'maxPool 2×2': [maxPool(2, 2, 0), [7, 6, 3]],
  'maxPool 2×2 with padding': [maxPool(2, 2, 1), [7, 6, 3]],
  'maxPool 3×3 with padding': [maxPool(3, 2, 1), [7, 6, 3]],
  'averagePool of windows that overlap': [averagePool(3, 2), [7, 6, 2]],
  'batchNorm in two parts': [splitBatchNorm(2), [3, 2, 3]],
  'batchNorm in two strided parts': [splitBatchNorm(2, 'strided'), [3, 2, 3]],
  'batchNorm of vectors in four parts': [splitBatchNorm(4), [5]],
  flatten: [flatten, [2, 3, 4]],
  globalAveragePool: [globalAveragePool, [3, 5, 4]],
  linear: [linear(5), [7]],
  'linear without bias': [linear(5, { bias: false }), [7]],
  unitNorm: [unitNorm, [6]],
  'mlp head': [sequential(head('mlp', 5, 3, batchNorm)), [5]],
  'mlp head with batchNorm': [sequential(head('mlp_bn', 5, 3, batchNorm)), [5]],
  basicBlock: [basicBlock(3, 1, batchNorm), [4, 4, 3]],
  'basicBlock that halves': [basicBlock(4, 2, batchNorm), [5, 4, 3]],
  bottleneck: [bottleneck(2, 2, splitBatchNorm(2)), [4, 4, 3]],
  block: [
    sequential({
      convolution: convolution(3, 3, 1),
      norm: batchNorm,
      relu,
      pool: maxPool(2, 2, 0),
      flatten,
      linear: linear(4),
      unitNorm,
    }),
    [6, 6, 2],
  ],
};

describe('compiled layers agree with eager ones, forward and backward', () => {
  for (const [name, [layer, shape]] of Object.entries(layers)) {
    it(name, async () => {
      const { step, signature } = probe(layer, shape, 4);
      expect((await disagreement(step, signature)).worst).toBeLessThan(1e-4);
    });
  }
});

describe('gradients agree with finite differences', () => {
  for (const [name, [layer, shape]] of Object.entries(layers)) {
    it(name, async () => {
      const { step, value, signature } = probe(layer, shape, 4);
      const inputs = randomInputs(signature, 3);
      const results = await runCompiled(step, signature, inputs);
      const at = async (input: string, data: Float32Array): Promise<number> =>
        (await runEagerly(value, signature, { ...inputs, [input]: { data, shape: inputs[input]!.shape } })).y!.data[0]!;
      const by = 2e-3;
      let compared = 0;
      for (const output of Object.keys(results).filter((key) => key.startsWith('d.'))) {
        const input = output === 'd.x' ? 'x' : `w.${output.slice(2)}`;
        const gradient = results[output]!.data;
        for (let i = compared % 3; i < gradient.length; i += Math.max(1, Math.floor(gradient.length / 12))) {
          const moved = (delta: number): Float32Array =>
            inputs[input]!.data.map((v, k) => (k === i ? v + delta : v)) as Float32Array;
          const difference = ((await at(input, moved(by))) - (await at(input, moved(-by)))) / (2 * by);
          expect(Math.abs(gradient[i]! - difference), `${output}[${i}]`).toBeLessThan(
            2e-2 * Math.max(1, Math.abs(difference)),
          );
          compared += 1;
        }
      }
      expect(compared).toBeGreaterThan(3);
    });
  }
});

describe('max-pool', () => {
  it('gives the gradient of equal values to the first in reading order, once', async () => {
    const { step, signature } = probe(maxPool(2, 2, 0), [2, 2, 1], 1);
    const result = await runCompiled(step, signature, {
      x: { data: new Float32Array(4), shape: [1, 2, 2, 1] },
      direction: { data: Float32Array.of(3), shape: [1, 1, 1, 1] },
    });
    expect([...result['d.x']!.data]).toEqual([3, 0, 0, 0]);
  });

  it('gives a pixel the gradients of all windows in which it is the largest', async () => {
    const { step, signature } = probe(maxPool(3, 2, 1), [4, 4, 1], 1);
    const x = Float32Array.of(0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    const result = await runCompiled(step, signature, {
      x: { data: x, shape: [1, 4, 4, 1] },
      direction: { data: Float32Array.of(1, 2, 4, 8), shape: [1, 2, 2, 1] },
    });
    expect([...result.output!.data]).toEqual([9, 9, 9, 9]);
    expect(result['d.x']!.data[5]).toBe(15);
  });

  it('of a negative image has its largest values, not the zeros around it', async () => {
    const { step, signature } = probe(maxPool(2, 2, 1), [2, 2, 1], 1);
    const result = await runCompiled(step, signature, {
      x: { data: Float32Array.of(-1, -2, -3, -4), shape: [1, 2, 2, 1] },
      direction: { data: Float32Array.of(1, 2, 4, 8), shape: [1, 2, 2, 1] },
    });
    expect([...result.output!.data]).toEqual([-1, -2, -3, -4]);
    expect([...result['d.x']!.data]).toEqual([1, 2, 4, 8]);
  });
});

describe('batch norm in parts', () => {
  it('is batch norm of each part alone; running statistics move by the mean of theirs', async () => {
    const split = probe(splitBatchNorm(2), [3, 2, 4], 6);
    const alone = probe(batchNorm, [3, 2, 4], 3);
    const inputs = randomInputs(split.signature, 5);
    const half = (data: Float32Array, part: number): Float32Array =>
      data.subarray((part * data.length) / 2, ((part + 1) * data.length) / 2);
    const whole = await runCompiled(split.step, split.signature, inputs);
    const parts: Awaited<ReturnType<typeof runCompiled>>[] = [];
    for (const part of [0, 1])
      parts.push(
        await runCompiled(alone.step, alone.signature, {
          ...inputs,
          x: { data: half(inputs.x!.data as Float32Array, part), shape: [3, 3, 2, 4] },
          direction: { data: half(inputs.direction!.data as Float32Array, part), shape: [3, 3, 2, 4] },
        }),
      );
    for (const output of ['output', 'd.x'])
      parts.forEach((part, at) =>
        half(whole[output]!.data as Float32Array, at).forEach((value, i) =>
          expect(value).toBeCloseTo(part[output]!.data[i]!, 4),
        ),
      );
    for (const [output, share] of [
      ['mean', 0.5],
      ['variance', 0.5],
      ['d.scale', 1],
      ['d.shift', 1],
    ] as const)
      whole[output]!.data.forEach((value, i) =>
        expect(value).toBeCloseTo(share * (parts[0]![output]!.data[i]! + parts[1]![output]!.data[i]!), 4),
      );
  });

  it('in strided parts, is that of consecutive parts of the batch in another order', async () => {
    const strided = probe(splitBatchNorm(2, 'strided'), [3, 2, 4], 6);
    const consecutive = probe(splitBatchNorm(2), [3, 2, 4], 6);
    const inputs = randomInputs(strided.signature, 5);
    const row = 3 * 2 * 4;
    const ordered = (data: Float32Array, order: readonly number[]): Float32Array =>
      Float32Array.from(order.flatMap((at) => [...data.subarray(at * row, (at + 1) * row)]));
    const together = [0, 2, 4, 1, 3, 5];
    const [one, other] = [
      await runCompiled(strided.step, strided.signature, inputs),
      await runCompiled(consecutive.step, consecutive.signature, {
        ...inputs,
        x: { ...inputs.x!, data: ordered(inputs.x!.data as Float32Array, together) },
        direction: { ...inputs.direction!, data: ordered(inputs.direction!.data as Float32Array, together) },
      }),
    ];
    for (const name of ['output', 'd.x'])
      ordered(one[name]!.data as Float32Array, together).forEach((value, i) =>
        expect(value).toBeCloseTo(other[name]!.data[i]!, 5),
      );
    for (const name of ['mean', 'variance', 'd.scale', 'd.shift'])
      one[name]!.data.forEach((value, i) => expect(value).toBeCloseTo(other[name]!.data[i]!, 4));
  });

  it('says where the batch cannot be parted', async () => {
    const { step, signature } = probe(splitBatchNorm(4), [5], 6);
    await expect(runCompiled(step, signature, randomInputs(signature))).rejects.toThrow(
      'a batch of 6 cannot be normalised in 4 equal parts',
    );
  });
});
