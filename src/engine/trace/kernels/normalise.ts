// Normalisation with statistics that are given: batch norm in evaluation. As ONNX's own operator, which runtimes fuse into the convolution before it.
import type { KernelRule } from './rule.ts';

export const normalise = {
  /** tfjs: (x − mean) · scale / √(variance + ε) + offset over the last axis of [batch, height, width, channels]. */
  FusedBatchNorm: {
    shape: ({ x }) => x!,
    lower: (to, { x, scale, offset, mean, variance }, { varianceEpsilon }) => {
      if (scale === undefined || offset === undefined)
        throw new Error('batch norm without scale and offset has no lowering');
      const channelsFirst = to.emit('Transpose', [to.full(x!)], { perm: [0, 3, 1, 2] });
      const result = to.emit(
        'BatchNormalization',
        [channelsFirst, ...[scale, offset, mean!, variance!].map((value) => to.full(value))],
        { epsilon: { float: varianceEpsilon as number } },
      );
      return to.emit('Transpose', [result], { perm: [0, 2, 3, 1] });
    },
  },
} satisfies Record<string, KernelRule>;
