// x · scale + shift (+ plus), by channel, then perhaps Relu, in one pass: what the compiler makes of tfjs kernels (lower/fuse.ts). In blocks it
// is a convolution by channel with a 1×1 filter, the one operator of ONNX Runtime's CPU provider that does all of it at once.
import { NCHWC } from '../../lower/blocks.ts';
import type { KernelRule, Lowering, Name } from './rule.ts';

export const channelAffine = {
  /** Inputs `x` [B, H, W, C], `scale` and `shift` [C] and `plus` (as x), all but x optional; attribute `relu`. */
  ChannelAffine: {
    shape: ({ x }) => x!,
    lower: (to, { x, scale, shift, plus }, { relu }, { shape }) => {
      const channels = shape.at(-1)!;
      const filter = scale === undefined ? ones(to, channels) : to.reshapeFixed(to.full(scale), [channels, 1, 1, 1]);
      return {
        blocked: to.emit(
          'Conv',
          [
            to.blocked(x!),
            filter,
            // Left out, an optional input has no name.
            ...(shift === undefined ? (plus === undefined ? [] : ['']) : [to.full(shift)]),
            ...(plus === undefined ? [] : [to.blocked(plus)]),
          ],
          {
            kernel_shape: [1, 1],
            strides: [1, 1],
            pads: [0, 0, 0, 0],
            dilations: [1, 1],
            group: channels,
            ...(relu === true ? { activation: 'Relu' } : {}),
          },
          NCHWC,
        ),
      };
    },
  },
} satisfies Record<string, KernelRule>;

const ones = (to: Lowering, channels: number): Name =>
  to.emit('Expand', [to.scalar(1), to.integers([channels, 1, 1, 1])]);
