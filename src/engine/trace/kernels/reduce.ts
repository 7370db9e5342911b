// Kernels that reduce over axes, and the softmax of rows.
import { NCHWC } from '../../lower/blocks.ts';
import type { Attributes, ValueId, ValueInfo } from '../graph.ts';
import type { KernelRule, Lowering, Name } from './rule.ts';
import { frontAxes } from './rule.ts';

function reducedShape(x: ValueInfo, { axis, keepDims }: Attributes): number[] {
  const axes = frontAxes(axis, x.shape.length);
  return keepDims === true
    ? x.shape.map((size, at) => (axes.includes(at) ? 1 : size))
    : x.shape.filter((_, at) => !axes.includes(at));
}

/** A sum or mean over rows and columns, and perhaps the batch, of images in blocks: the mean of each channel of each image first. */
function overPixels(
  to: Lowering,
  op: 'ReduceSum' | 'ReduceMean',
  x: ValueId,
  axes: readonly number[],
  output: ValueInfo,
): Name | undefined {
  const overBatch = axes.join() === '0,1,2';
  if (!to.isBlocked(x) || !(overBatch || axes.join() === '1,2')) return undefined;
  const [batch, height, width, channels] = to.info(x).shape;
  const means = to.reshapeFixed(to.emit('GlobalAveragePool', [to.blocked(x)], {}, NCHWC), [batch!, channels!]);
  const reduced = overBatch ? to.emit(op, [means, to.integers([0])], { keepdims: 0 }) : means;
  const scaled = op === 'ReduceSum' ? to.emit('Mul', [reduced, to.scalar(height! * width!)]) : reduced;
  return to.reshapeFixed(scaled, output.shape);
}

function reduction(op: 'ReduceSum' | 'ReduceMean'): KernelRule {
  return {
    shape: ({ x }, attributes) => ({ shape: reducedShape(x!, attributes), dtype: x!.dtype }),
    lower: (to, { x }, { axis, keepDims }, output) => {
      const axes = frontAxes(axis, to.info(x!).shape.length);
      if (axes.length === 0) return to.full(x!);
      const pooled = overPixels(to, op, x!, axes, output);
      if (pooled !== undefined) return pooled;
      return to.emit(op, [to.full(x!), to.integers(axes)], { keepdims: keepDims === true ? 1 : 0 });
    },
  };
}

export const reduce = {
  Sum: reduction('ReduceSum'),
  Mean: reduction('ReduceMean'),
  Max: {
    shape: ({ x }, { reductionIndices, keepDims }) => ({
      shape: reducedShape(x!, { axis: reductionIndices, keepDims }),
      dtype: x!.dtype,
    }),
    lower: (to, { x }, { reductionIndices, keepDims }) =>
      to.emit('ReduceMax', [to.full(x!), to.integers(frontAxes(reductionIndices, to.info(x!).shape.length))], {
        keepdims: keepDims === true ? 1 : 0,
      }),
  },
  Softmax: {
    shape: ({ logits }) => ({ shape: logits!.shape, dtype: 'float32' }),
    lower: (to, { logits }) => to.emit('Softmax', [to.full(logits!)], { axis: -1 }),
  },
} satisfies Record<string, KernelRule>;
