// Kernels that reduce over axes, and the row-wise softmaxes.
import type { Attributes, ValueInfo } from '../graph.ts';
import type { KernelRule } from './rule.ts';
import { frontAxes } from './rule.ts';

function reducedShape(x: ValueInfo, { axis, keepDims }: Attributes): number[] {
  const axes = frontAxes(axis, x.shape.length);
  return keepDims === true
    ? x.shape.map((size, at) => (axes.includes(at) ? 1 : size))
    : x.shape.filter((_, at) => !axes.includes(at));
}

function reduction(op: string): KernelRule {
  return {
    shape: ({ x }, attributes) => ({ shape: reducedShape(x!, attributes), dtype: x!.dtype }),
    lower: (to, { x }, { axis, keepDims }) => {
      const axes = frontAxes(axis, to.info(x!).shape.length);
      if (axes.length === 0) return to.full(x!);
      return to.emit(op, [to.full(x!), to.integers(axes)], { keepdims: keepDims === true ? 1 : 0 });
    },
  };
}

function alongRows(op: string): KernelRule {
  return {
    shape: ({ logits }) => ({ shape: logits!.shape, dtype: 'float32' }),
    lower: (to, { logits }) => to.emit(op, [to.full(logits!)], { axis: -1 }),
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
  Softmax: alongRows('Softmax'),
  LogSoftmax: alongRows('LogSoftmax'),
} satisfies Record<string, KernelRule>;
