// Layers: outputs and gradients, compiled against eager, and gradients that are written out by hand against finite differences.
import { describe, expect, it } from 'vitest';
import { batchNorm } from '../../src/engine/nn/batch-norm.ts';
import {
  convolution,
  flatten,
  globalAveragePool,
  linear,
  maxPool,
  relu,
  unitNorm,
} from '../../src/engine/nn/layers.ts';
import { sequential, type Layer } from '../../src/engine/nn/module.ts';
import { backbones } from '../../src/engine/nn/backbones.ts';
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
  maxPool: [maxPool, [7, 6, 3]],
  flatten: [flatten, [2, 3, 4]],
  globalAveragePool: [globalAveragePool, [3, 5, 4]],
  linear: [linear(5), [7]],
  unitNorm: [unitNorm, [6]],
  block: [
    sequential({
      convolution: convolution(3, 3, 1),
      norm: batchNorm,
      relu,
      pool: maxPool,
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
  for (const [name, backbone] of Object.entries(backbones)) {
    it(`the ${name} backbone`, async () => {
      // The eager reference takes minutes for a ResNet at full size.
      const size = name === 'resnet18' ? 8 : 28;
      const module = backbone(8)([size, size, 1]);
      const signature: StepSignature = {
        x: { shape: [2, size, size, 1], dtype: 'float32' },
        ...Object.fromEntries(
          Object.entries(module.variables).map(([key, { shape }]) => [key, { shape, dtype: 'float32' as const }]),
        ),
      };
      expect(
        (await disagreement((inputs) => ({ y: module.apply(inputs, inputs.x!, 'train').output }), signature)).worst,
      ).toBeLessThan(1e-4);
    });
  }
});

describe('gradients written by hand agree with finite differences', () => {
  for (const name of ['batchNorm', 'maxPool', 'unitNorm'] as const) {
    it(name, async () => {
      const [layer, shape] = layers[name]!;
      const { step, value, signature } = probe(layer, shape, 3);
      const inputs = randomInputs(signature, 3);
      const gradient = (await runCompiled(step, signature, inputs))['d.x']!.data;
      const at = async (data: Float32Array): Promise<number> =>
        (await runEagerly(value, signature, { ...inputs, x: { data, shape: inputs.x!.shape } })).y!.data[0]!;
      const by = 5e-3;
      for (let i = 0; i < gradient.length; i += 7) {
        const moved = (delta: number): Float32Array =>
          inputs.x!.data.map((v, k) => (k === i ? v + delta : v)) as Float32Array;
        const difference = ((await at(moved(by))) - (await at(moved(-by)))) / (2 * by);
        expect(Math.abs(gradient[i]! - difference)).toBeLessThan(1e-2 * Math.max(1, Math.abs(difference)));
      }
    });
  }

  it('maxPool gives the gradient of equal values to the first, once', async () => {
    const { step, signature } = probe(maxPool, [2, 2, 1], 1);
    const result = await runCompiled(step, signature, {
      x: { data: new Float32Array(4), shape: [1, 2, 2, 1] },
      direction: { data: Float32Array.of(3), shape: [1, 1, 1, 1] },
    });
    expect([...result['d.x']!.data]).toEqual([3, 0, 0, 0]);
  });
});
