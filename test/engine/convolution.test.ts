// Convolutions in every form that the compiler gives them agree with TensorFlow.js, forward and both gradients: in blocks where this processor
// has a blocked layout, and as patches.
import { describe, expect, it } from 'vitest';
import * as tf from '../../src/engine/tensor.ts';
import type { Tensor } from '../../src/engine/tensor.ts';
import { fuse } from '../../src/engine/lower/fuse.ts';
import { lower, printOnnx } from '../../src/engine/lower/lower.ts';
import { encodeModel } from '../../src/engine/lower/onnx-model.ts';
import { simplify } from '../../src/engine/lower/simplify.ts';
import { batchNorm } from '../../src/engine/nn/batch-norm.ts';
import { convolution, relu } from '../../src/engine/nn/layers.ts';
import { residual, sequential } from '../../src/engine/nn/module.ts';
import { globalAveragePool, maxPool } from '../../src/engine/nn/pooling.ts';
import { channelBlock } from '../../src/engine/runtime/channel-block.ts';
import { runEagerly } from '../../src/engine/runtime/eager.ts';
import { Session } from '../../src/engine/runtime/session.ts';
import type { Step, StepSignature } from '../../src/engine/runtime/step.ts';
import { trace } from '../../src/engine/trace/backend.ts';
import { printTrace } from '../../src/engine/trace/graph.ts';
import { largestDifference, randomInputs } from './difference.ts';

const block = await channelBlock();
const float = (...shape: number[]) => ({ shape, dtype: 'float32' as const });

/** How far the step, compiled for a target with or without blocks, is from the eager reference; and the operators it became. */
async function compare(step: Step, signature: StepSignature, blocks: number | undefined) {
  const simplified = simplify(trace(step, signature));
  const traced = blocks === undefined ? simplified : fuse(simplified, blocks);
  const graph = lower(traced, { name: 'step', ...(blocks === undefined ? {} : { block: blocks }) });
  const session = await Session.create(encodeModel(graph), { provider: 'cpu', threads: 1 });
  try {
    const inputs = randomInputs(signature);
    const compiled = await session.run(inputs);
    return {
      difference: largestDifference(await runEagerly(step, signature, inputs), compiled),
      operators: graph.nodes.map(({ op, domain }) => (domain ? `${domain}.${op}` : op)),
    };
  } finally {
    await session.close();
  }
}

interface Geometry {
  readonly size: readonly [number, number];
  readonly channels: readonly [number, number];
  readonly kernel: number;
  readonly stride: number;
}

const geometries: readonly Geometry[] = [
  { size: [8, 8], channels: [16, 32], kernel: 3, stride: 1 },
  { size: [7, 9], channels: [32, 16], kernel: 3, stride: 2 },
  { size: [8, 6], channels: [16, 16], kernel: 3, stride: 2 },
  { size: [6, 6], channels: [16, 32], kernel: 1, stride: 1 },
  { size: [7, 6], channels: [16, 32], kernel: 1, stride: 2 },
  { size: [9, 8], channels: [16, 16], kernel: 5, stride: 2 },
  { size: [11, 11], channels: [3, 16], kernel: 7, stride: 2 },
  { size: [6, 6], channels: [1, 16], kernel: 3, stride: 1 },
  // Channels that fill no block.
  { size: [5, 5], channels: [20, 12], kernel: 3, stride: 1 },
  { size: [5, 5], channels: [16, 12], kernel: 3, stride: 1 },
  { size: [7, 7], channels: [16, 16], kernel: 3, stride: 3 },
];

const gradients = ({
  size,
  channels,
  kernel,
  stride,
}: Geometry): { readonly step: Step; readonly signature: StepSignature } => {
  const module = convolution(channels[1], kernel, stride)([...size, channels[0]]);
  return {
    step: ({ x, filter, dy }) => {
      const { value, grads } = tf.valueAndGrads((image: Tensor, weight: Tensor) =>
        tf.sum(tf.mul(module.apply({ filter: weight }, image, 'train').output, dy!)),
      )([x!, filter!]);
      return { value, dx: grads[0]!, dw: grads[1]!, y: module.apply({ filter: filter! }, x!, 'train').output };
    },
    signature: {
      x: float(3, ...size, channels[0]),
      filter: float(kernel, kernel, ...channels),
      dy: float(3, ...module.outputShape),
    },
  };
};

describe.each(geometries)('a convolution of $size, channels $channels, kernel $kernel, stride $stride', (geometry) => {
  const { step, signature } = gradients(geometry);

  it.skipIf(block === undefined)(
    'in blocks (skipped where ONNX Runtime has no blocked layout for the processor)',
    async () => {
      expect((await compare(step, signature, block)).difference).toBeLessThan(1e-5);
    },
  );

  it('as patches', async () => {
    const { difference, operators } = await compare(step, signature, undefined);
    expect(difference).toBeLessThan(1e-5);
    expect(operators).not.toContain('com.microsoft.nchwc.Conv');
  });
});

describe('a residual block with batch normalisation', () => {
  const channels = 16;
  const norm = (stride: number) => sequential({ convolution: convolution(channels, 3, stride), norm: batchNorm });
  const module = sequential({
    sum: residual(sequential({ first: norm(2), relu, second: norm(1) }), norm(2)),
    relu,
    pool: globalAveragePool,
  })([8, 8, channels]);
  const names = Object.keys(module.variables);
  const trained = names.filter((name) => module.variables[name]!.trained);
  const step: Step = (inputs) => {
    const updates: Record<string, Tensor> = {};
    const { value, grads } = tf.valueAndGrads((images: Tensor, ...weights: Tensor[]) => {
      const variables = { ...inputs, ...Object.fromEntries(trained.map((name, index) => [name, weights[index]!])) };
      const applied = module.apply(variables, images, 'train');
      Object.assign(updates, applied.updates);
      return tf.sum(tf.mul(applied.output, inputs.dy!));
    })([inputs.images!, ...trained.map((name) => inputs[name]!)]);
    return {
      value,
      dx: grads[0]!,
      ...Object.fromEntries(trained.map((name, index) => [`gradient/${name}`, grads[index + 1]!])),
      ...Object.fromEntries(Object.entries(updates).map(([name, tensor]) => [`update/${name}`, tensor])),
    };
  };
  const signature: StepSignature = {
    ...Object.fromEntries(names.map((name) => [name, float(...module.variables[name]!.shape)])),
    images: float(4, 8, 8, channels),
    dy: float(4, channels),
  };

  it.skipIf(block === undefined)(
    'agrees, and stays in blocks from one convolution to the next (skipped as above)',
    async () => {
      const { difference, operators } = await compare(step, signature, block);
      expect(difference).toBeLessThan(1e-4);
      // The image and its gradient; besides, only what the filters' gradients read is laid out plainly.
      expect(operators.filter((operator) => operator.endsWith('.ReorderInput'))).toHaveLength(2);
      expect(operators).not.toContain('Relu');
    },
  );

  it('agrees as patches', async () => {
    expect((await compare(step, signature, undefined)).difference).toBeLessThan(1e-4);
  });

  it('is, in blocks of eight', async () => {
    const traced = fuse(simplify(trace(step, signature)), 8);
    await expect(
      `${printTrace(traced)}---\n${printOnnx(lower(traced, { name: 'step', block: 8 }))}`,
    ).toMatchFileSnapshot('golden/residual-blocked.txt');
  });
});

describe('max-pool between convolutions', () => {
  const channels = 16;
  const module = sequential({
    first: convolution(channels, 3, 1),
    pool: maxPool(3, 2, 1),
    second: convolution(channels, 3, 1),
    mean: globalAveragePool,
  })([9, 9, channels]);
  const names = Object.keys(module.variables);
  const step: Step = (inputs) => {
    const { value, grads } = tf.valueAndGrads((images: Tensor, ...weights: Tensor[]) => {
      const variables = Object.fromEntries(names.map((name, index) => [name, weights[index]!]));
      return tf.sum(tf.mul(module.apply(variables, images, 'train').output, inputs.dy!));
    })([inputs.images!, ...names.map((name) => inputs[name]!)]);
    return { value, ...Object.fromEntries(['images', ...names].map((name, at) => [`gradient/${name}`, grads[at]!])) };
  };
  const signature: StepSignature = {
    ...Object.fromEntries(names.map((name) => [name, float(...module.variables[name]!.shape)])),
    images: float(2, 9, 9, channels),
    dy: float(2, channels),
  };

  it.skipIf(block === undefined)('agrees, and pools in blocks (skipped as above)', async () => {
    const { difference, operators } = await compare(step, signature, block);
    expect(difference).toBeLessThan(1e-4);
    expect(operators).toContain('com.microsoft.nchwc.MaxPool');
  });

  it('agrees as patches', async () => {
    const { difference, operators } = await compare(step, signature, undefined);
    expect(difference).toBeLessThan(1e-4);
    expect(operators).toContain('MaxPool');
  });
});
