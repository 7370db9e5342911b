// What the compiler makes of small steps, as text: shared nodes, folded constants, no transposes.
import { describe, expect, it } from 'vitest';
import * as tf from '../../src/engine/tensor.ts';
import { convolution, relu } from '../../src/engine/nn/layers.ts';
import { sequential } from '../../src/engine/nn/module.ts';
import { lower, printOnnx } from '../../src/engine/lower/lower.ts';
import { encodeModel } from '../../src/engine/lower/onnx-model.ts';
import { simplify } from '../../src/engine/lower/simplify.ts';
import { isTraced, trace } from '../../src/engine/trace/backend.ts';
import { printTrace } from '../../src/engine/trace/graph.ts';
import type { Step, StepSignature } from '../../src/engine/runtime/step.ts';

const float = (...shape: number[]) => ({ shape, dtype: 'float32' as const });
const printed = (step: Step, signature: StepSignature): string => {
  const simplified = simplify(trace(step, signature));
  return `${printTrace(simplified)}---\n${printOnnx(lower(simplified, { name: 'step' }))}`;
};

describe('the graph of', () => {
  it('a linear layer with its gradient', async () => {
    const text = printed(
      ({ x, w }) => {
        const { value, grad } = tf.valueAndGrad((weight: tf.Tensor) =>
          tf.mean(tf.square(tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D))),
        )(w!);
        return { loss: value, gradient: grad };
      },
      { x: float(4, 3), w: float(3, 2) },
    );
    await expect(text).toMatchFileSnapshot('golden/linear.txt');
  });

  it('a convolution with relu and both gradients: patches are collected once', async () => {
    const module = sequential({ convolution: convolution(2, 3, 2), relu })([4, 4, 1]);
    const text = printed(
      ({ x, filter }) => {
        const [dx, dw] = tf.grads((image: tf.Tensor, weight: tf.Tensor) =>
          tf.sum(module.apply({ 'convolution.filter': weight }, image, 'train').output),
        )([x!, filter!]);
        return { dx: dx!, dw: dw! };
      },
      { x: float(2, 4, 4, 1), filter: float(3, 3, 1, 2) },
    );
    expect(text.match(/Gather\(/g)).toHaveLength(2);
    await expect(text).toMatchFileSnapshot('golden/convolution.txt');
  });
});

describe('simplification', () => {
  it('drops what has no effect, folds equal elements, shares equal nodes', async () => {
    const text = printed(
      ({ x }) => {
        const same = tf.add(tf.mul(x!, tf.fill([2, 3], 1)), tf.zeros([3]));
        const twice = tf.mul(tf.exp(same), tf.exp(x!));
        return {
          y: tf.mul(twice, tf.mul(tf.fill([2, 3], 2), tf.scalar(0.25))),
          z: tf.reshape(tf.reshape(x!, [6]), [2, 3]),
        };
      },
      { x: float(2, 3) },
    );
    await expect(text).toMatchFileSnapshot('golden/simplified.txt');
  });

  it('keeps an input that nothing reads', () => {
    const graph = simplify(trace(({ x }) => ({ y: tf.neg(x!) }), { x: float(2), unused: float(3) }));
    expect(lower(graph, { name: 'step' }).inputs.map(({ name }) => name)).toEqual(['x', 'unused']);
  });
});

describe('tracing', () => {
  it('gives the same bytes twice', () => {
    const bytes = () =>
      encodeModel(lower(simplify(trace(({ x }) => ({ y: tf.softmax(x!) }), { x: float(2, 3) })), { name: 'step' }));
    expect(bytes()).toEqual(bytes());
  });

  it('refuses to read a value, and a tensor from outside', () => {
    expect(() => trace(({ x }) => ({ y: tf.scalar(x!.dataSync()[0]!) }), { x: float(1) })).toThrow(
      /cannot read the value/,
    );
  });

  it('says which kernel it cannot trace', () => {
    expect(isTraced('Add')).toBe(true);
    expect(isTraced('FFT')).toBe(false);
    expect(() => trace(({ x }) => ({ y: tf.cumsum(x!) }), { x: float(3) })).toThrow(/Cumsum/);
  });
});
