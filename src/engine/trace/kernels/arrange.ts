// Kernels that move or repeat elements without computing.
import type { DType } from '../graph.ts';
import type { KernelRule } from './rule.ts';
import { product, sameShape } from './rule.ts';

export const arrange = {
  Identity: { shape: ({ x }) => x!, lower: (to, { x }) => to.full(x!) },
  Reshape: {
    shape: ({ x }, { shape }) => {
      const sizes = shape as number[];
      const rest = product(sizes.filter((size) => size !== -1));
      return { shape: sizes.map((size) => (size === -1 ? product(x!.shape) / rest : size)), dtype: x!.dtype };
    },
    lower: (to, { x }, _, output) =>
      sameShape(to.info(x!).shape, output.shape) ? to.full(x!) : to.reshape(to.full(x!), output.shape),
  },
  ExpandDims: {
    shape: ({ input }, { dim }) => {
      const at = (dim as number) < 0 ? input!.shape.length + (dim as number) + 1 : (dim as number);
      return { shape: [...input!.shape.slice(0, at), 1, ...input!.shape.slice(at)], dtype: input!.dtype };
    },
    lower: (to, { input }, _, output) => to.reshape(to.full(input!), output.shape),
  },
  Transpose: {
    shape: ({ x }, { perm }) => ({ shape: (perm as number[]).map((axis) => x!.shape[axis]!), dtype: x!.dtype }),
    lower: (to, { x }, { perm }) => to.emit('Transpose', [to.full(x!)], { perm: perm as number[] }),
  },
  Slice: {
    shape: ({ x }, { begin, size }) => ({
      shape: (size as number[]).map((length, axis) =>
        length === -1 ? x!.shape[axis]! - (begin as number[])[axis]! : length,
      ),
      dtype: x!.dtype,
    }),
    lower: (to, { x }, { begin }, output) => {
      const from = begin as number[];
      // Only the axes that are cut, so that the batch stays open for inference.
      const axes = from.map((_, axis) => axis).filter((axis) => output.shape[axis] !== to.info(x!).shape[axis]);
      if (axes.length === 0) return to.full(x!);
      const starts = axes.map((axis) => from[axis]!);
      const ends = axes.map((axis) => from[axis]! + output.shape[axis]!);
      return to.emit('Slice', [to.full(x!), to.integers(starts), to.integers(ends), to.integers(axes)]);
    },
  },
  Concat: {
    shape: (_, { axis }, list) => {
      const first = list[0]!;
      const at = (axis as number) < 0 ? (axis as number) + first.shape.length : (axis as number);
      const total = list.reduce((sum, info) => sum + info.shape[at]!, 0);
      return { shape: first.shape.map((size, index) => (index === at ? total : size)), dtype: first.dtype };
    },
    lower: (to, _, { axis }, __, list) =>
      to.emit(
        'Concat',
        list.map((value) => to.full(value)),
        { axis: axis as number },
      ),
  },
  PadV2: {
    shape: ({ x }, { paddings }) => ({
      shape: x!.shape.map(
        (size, axis) => size + (paddings as [number, number][])[axis]![0] + (paddings as [number, number][])[axis]![1],
      ),
      dtype: x!.dtype,
    }),
    lower: (to, { x }, { paddings, constantValue }) => {
      const pairs = paddings as [number, number][];
      return to.emit('Pad', [
        to.full(x!),
        to.integers([...pairs.map(([before]) => before), ...pairs.map(([, after]) => after)]),
        to.scalar(constantValue as number),
      ]);
    },
  },
  Tile: {
    shape: ({ x }, { reps }) => ({
      shape: x!.shape.map((size, axis) => size * (reps as number[])[axis]!),
      dtype: x!.dtype,
    }),
    lower: (to, { x }, { reps }) =>
      (reps as number[]).every((times) => times === 1)
        ? to.full(x!)
        : to.emit('Tile', [to.full(x!), to.integers(reps as number[])]),
  },
  /** Rows of `x` (axis 0) by int32 index. */
  GatherV2: {
    shape: ({ x, indices }, { axis, batchDims }) => {
      if ((batchDims as number | undefined) !== 0 && batchDims !== undefined)
        throw new Error('GatherV2 with batch dimensions has no lowering');
      const at = axis as number;
      return { shape: [...x!.shape.slice(0, at), ...indices!.shape, ...x!.shape.slice(at + 1)], dtype: x!.dtype };
    },
    lower: (to, { x, indices }, { axis }) =>
      to.emit('Gather', [to.full(x!), to.full(indices!)], { axis: axis as number }),
  },
  ZerosLike: { shape: ({ x }) => x!, lower: (to, { x }) => to.emit('Mul', [to.full(x!), to.scalar(0)]) },
  Fill: {
    shape: (_, { shape, dtype }) => ({ shape: shape as number[], dtype: (dtype as DType | undefined) ?? 'float32' }),
    lower: () => {
      throw new Error('Fill is always simplified to a splat');
    },
  },
} satisfies Record<string, KernelRule>;
