// Convolutions on activations in blocked layout: ONNX Runtime's direct convolution (operator set com.microsoft.nchwc, CPU), which its own
// optimizer uses for constant filters. Here the filter is a variable, so it is brought into that operator's order as part of the step.
import type { Lowering, Name } from '../rule.ts';
import { NCHWC } from '../../../lower/blocks.ts';
import type { Geometry } from './geometry.ts';

/** Whether the forward pass can run in blocks: full blocks come out, and full blocks, or an image with few channels, go in. */
export const fitsForward = (g: Geometry, block: number | undefined): block is number =>
  block !== undefined && g.outChannels % block === 0 && (g.inChannels % block === 0 || g.inChannels < block);

/** `image` in blocked layout, or plain where it has fewer channels than a block; the result is blocked. */
export function convolveBlocked(to: Lowering, image: Name, filter: Name, g: Geometry, block: number): Name {
  const few = g.inChannels < block;
  const outBlocks = g.outChannels / block;
  const taps = [g.kernelHeight, g.kernelWidth];
  const ordered = few
    ? // Few channels: output blocks, input channels, taps, channels of the output block.
      to.emit('Transpose', [to.reshapeFixed(filter, [...taps, g.inChannels, outBlocks, block])], {
        perm: [3, 2, 0, 1, 4],
      })
    : // Output blocks, input blocks, taps, channels of the input block, channels of the output block.
      to.emit('Transpose', [to.reshapeFixed(filter, [...taps, g.inChannels / block, block, outBlocks, block])], {
        perm: [4, 2, 0, 1, 3, 5],
      });
  return to.emit(
    'Conv',
    [
      few ? to.emit('Transpose', [image], { perm: [0, 3, 1, 2] }) : image,
      to.reshapeFixed(ordered, [g.outChannels, g.inChannels, ...taps]),
    ],
    {
      kernel_shape: taps,
      strides: [g.strideY, g.strideX],
      pads: [g.padTop, g.padLeft, g.padBottom, g.padRight],
      dilations: [1, 1],
      group: 1,
    },
    NCHWC,
  );
}

/** Along one axis: which outputs each input pixel reads. Pixel stride·j + phase reads output j + offset through tap phase + pad − stride·offset. */
interface Window {
  readonly phases: number;
  readonly first: number;
  readonly length: number;
  /** Positions j. */
  readonly count: number;
  readonly padAfter: number;
  tap(phase: number, step: number): number | undefined;
}

function windowOf(size: number, kernel: number, stride: number, pad: number, out: number): Window {
  const first = Math.ceil((pad - kernel + 1) / stride);
  const last = Math.floor((stride - 1 + pad) / stride);
  const count = Math.ceil(size / stride);
  return {
    phases: stride,
    first,
    length: last - first + 1,
    count,
    padAfter: count + last - out,
    tap(phase, step) {
      const tap = phase + pad - stride * (first + step);
      return tap >= 0 && tap < kernel ? tap : undefined;
    },
  };
}

const windows = (g: Geometry): readonly [Window, Window] => [
  windowOf(g.height, g.kernelHeight, g.strideY, g.padTop, g.outHeight),
  windowOf(g.width, g.kernelWidth, g.strideX, g.padLeft, g.outWidth),
];

/** Whether the gradient of the image can run in blocks: full ones on both sides, and no output that no pixel reads. */
export const fitsBackward = (g: Geometry, block: number | undefined): block is number =>
  block !== undefined &&
  g.outChannels % block === 0 &&
  g.inChannels % block === 0 &&
  windows(g).every(({ first, padAfter }) => first <= 0 && padAfter >= 0);

/**
 * The gradient of the image from `dy`, both blocked: itself a convolution, with the taps in reverse. With a stride, pixels of each phase
 * (row and column modulo the stride) see taps of their own, so the phases are computed as channels and then put in their places.
 */
export function imageGradientBlocked(to: Lowering, dy: Name, filter: Name, g: Geometry, block: number): Name {
  const [y, x] = windows(g);
  const taps = g.kernelHeight * g.kernelWidth;
  const inBlocks = g.inChannels / block;
  const outBlocks = g.outChannels / block;
  const phases = y.phases * x.phases;
  const index: number[] = [];
  for (let py = 0; py < y.phases; py += 1)
    for (let px = 0; px < x.phases; px += 1)
      for (let sy = 0; sy < y.length; sy += 1)
        for (let sx = 0; sx < x.length; sx += 1) {
          const [ty, tx] = [y.tap(py, sy), x.tap(px, sx)];
          index.push(ty === undefined || tx === undefined ? taps : ty * g.kernelWidth + tx);
        }
  const byTap = to.reshapeFixed(filter, [taps, g.inChannels * g.outChannels]);
  // A tap that a phase has not reads one row of zeros behind the last tap.
  const padded = index.includes(taps) ? to.emit('Pad', [byTap, to.integers([0, 0, 1, 0])]) : byTap;
  const turned = to.emit(
    'Transpose',
    [
      to.reshapeFixed(to.emit('Gather', [padded, to.indices(Int32Array.from(index))], { axis: 0 }), [
        phases,
        y.length * x.length,
        inBlocks,
        block,
        outBlocks,
        block,
      ]),
    ],
    // Phases and input blocks come out, output blocks go in.
    { perm: [0, 2, 4, 1, 5, 3] },
  );
  const result = to.emit(
    'Conv',
    [dy, to.reshapeFixed(turned, [phases * g.inChannels, g.outChannels, y.length, x.length])],
    {
      kernel_shape: [y.length, x.length],
      strides: [1, 1],
      pads: [-y.first, -x.first, y.padAfter, x.padAfter],
      dilations: [1, 1],
      group: 1,
    },
    NCHWC,
  );
  if (phases === 1) return result;
  const places = to.emit(
    'Transpose',
    [to.reshapeFixed(result, [g.batch, y.phases, x.phases, inBlocks, y.count, x.count, block])],
    { perm: [0, 3, 4, 1, 5, 2, 6] },
  );
  const whole = to.reshapeFixed(places, [g.batch, inBlocks, y.count * y.phases, x.count * x.phases, block]);
  const cut =
    y.count * y.phases === g.height && x.count * x.phases === g.width
      ? whole
      : to.emit('Slice', [whole, to.integers([0, 0]), to.integers([g.height, g.width]), to.integers([2, 3])]);
  return to.reshapeFixed(cut, [g.batch, g.inChannels, g.height, g.width]);
}
