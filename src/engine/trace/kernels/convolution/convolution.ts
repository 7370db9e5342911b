// The convolution kernels of tfjs, and which form each takes. For training: blocked where the target has a blocked layout and the channels
// fill its blocks, otherwise patches. For inference: the standard Conv, which other tools can read and ONNX Runtime can lay out by
// blocks itself, since its filter is constant.
import { type KernelRule, type Lowering, type Name } from '../rule.ts';
import { convolveBlocked, fitsBackward, fitsForward, imageGradientBlocked } from './blocked.ts';
import { geometryOf } from './geometry.ts';
import { convolvePatches, filterGradient, imageGradient } from './patches.ts';

const toNCHW = (to: Lowering, name: Name): Name => to.emit('Transpose', [name], { perm: [0, 3, 1, 2] });
const toNHWC = (to: Lowering, name: Name): Name => to.emit('Transpose', [name], { perm: [0, 2, 3, 1] });

export const convolution = {
  Conv2D: {
    shape: ({ x, filter }, attributes) => {
      const g = geometryOf(x!.shape, filter!.shape, attributes);
      return { shape: [g.batch, g.outHeight, g.outWidth, g.outChannels], dtype: 'float32' };
    },
    lower: (to, { x, filter }, attributes) => {
      const g = geometryOf(to.info(x!).shape, to.info(filter!).shape, attributes);
      const weights = to.full(filter!);
      if (to.openBatch)
        return toNHWC(
          to,
          to.emit('Conv', [toNCHW(to, to.full(x!)), to.emit('Transpose', [weights], { perm: [3, 2, 0, 1] })], {
            strides: [g.strideY, g.strideX],
            pads: [g.padTop, g.padLeft, g.padBottom, g.padRight],
          }),
        );
      if (!fitsForward(g, to.block)) return convolvePatches(to, to.full(x!), weights, g);
      const image = g.inChannels < to.block ? to.full(x!) : to.blocked(x!);
      return { blocked: convolveBlocked(to, image, weights, g, to.block) };
    },
  },
  Conv2DBackpropFilter: {
    shape: (_, { filterShape }) => ({ shape: filterShape as number[], dtype: 'float32' }),
    lower: (to, { x, dy }, attributes, output) => {
      const g = geometryOf(to.info(x!).shape, output.shape, attributes);
      return filterGradient(to, to.full(x!), to.full(dy!), g, !fitsForward(g, to.block));
    },
  },
  Conv2DBackpropInput: {
    shape: (_, { inputShape }) => ({ shape: inputShape as number[], dtype: 'float32' }),
    lower: (to, { dy, filter }, attributes, output) => {
      const g = geometryOf(output.shape, to.info(filter!).shape, attributes);
      if (!fitsBackward(g, to.block)) return imageGradient(to, to.full(dy!), to.full(filter!), g);
      return { blocked: imageGradientBlocked(to, to.blocked(dy!), to.full(filter!), g, to.block) };
    },
  },
} satisfies Record<string, KernelRule>;
