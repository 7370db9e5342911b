// Pooling of NHWC images, as tfjs has it. Forward: the blocked operators where the image lies in blocks, otherwise ONNX's, between transposes. Backward: what each place of a window gives
// back (its part), and the parts brought to their pixels without overlap: by the remainder of the pixel's place when divided by the stride.
import { NCHWC } from '../../lower/blocks.ts';
import type { Attributes, ValueInfo } from '../graph.ts';
import type { KernelRule, Lowering, Name } from './rule.ts';

interface Windows {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly size: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: number;
  readonly rows: number;
  readonly columns: number;
}

const pair = (value: unknown): readonly [number, number] =>
  typeof value === 'number' ? [value, value] : (value as [number, number]);

function windowsOf({ shape }: ValueInfo, { filterSize, strides, pad }: Attributes): Windows {
  const padding = pad === 'valid' ? 0 : pad;
  if (typeof padding !== 'number') throw new Error(`pooling with padding ${JSON.stringify(pad)} has no lowering`);
  const [batch, height, width, channels] = shape as [number, number, number, number];
  const size = pair(filterSize);
  const stride = pair(strides);
  const along = (length: number, axis: 0 | 1): number =>
    Math.floor((length + 2 * padding - size[axis]) / stride[axis]) + 1;
  return { batch, height, width, channels, size, stride, padding, rows: along(height, 0), columns: along(width, 1) };
}

/** Windows as the attributes of ONNX's pooling. */
const windowAttributes = ({ size, stride, padding }: Windows) => ({
  kernel_shape: size,
  strides: stride,
  pads: [padding, padding, padding, padding],
});

function pooled(to: Lowering, op: string, x: Name, w: Windows): Name {
  const channelsFirst = to.emit('Transpose', [x], { perm: [0, 3, 1, 2] });
  const result = to.emit(op, [channelsFirst], windowAttributes(w));
  return to.emit('Transpose', [result], { perm: [0, 2, 3, 1] });
}

/** The places of a window in reading order. */
const places = ({ size: [height, width] }: Windows): readonly (readonly [number, number])[] =>
  Array.from({ length: height * width }, (_, place) => [Math.floor(place / width), place % width]);

/** The gradient of the image, [batch, height, width, channels], from what each place of the windows gives back, [batch, rows, columns, channels] each. */
function addParts(to: Lowering, parts: ReadonlyMap<string, Name>, w: Windows): Name {
  const [stepY, stepX] = w.stride;
  // Windows that reach over a pixel begin at most so many strides before it.
  const overY = Math.ceil(w.size[0] / stepY) - 1;
  const overX = Math.ceil(w.size[1] / stepX) - 1;
  const rows = w.rows + overY;
  const columns = w.columns + overX;
  const zero = to.scalar(0);
  /** All pixels of the padded image whose row and column leave these remainders: [batch, rows, 1, columns, channels]. */
  const phase = (y: number, x: number): Name => {
    const terms: Name[] = [];
    for (let down = 0; y + down * stepY < w.size[0]; down += 1)
      for (let right = 0; x + right * stepX < w.size[1]; right += 1) {
        const part = parts.get(`${y + down * stepY},${x + right * stepX}`)!;
        const around = [0, down, right, 0, 0, overY - down, overX - right, 0];
        terms.push(around.some((count) => count > 0) ? to.emit('Pad', [part, to.integers(around), zero]) : part);
      }
    // A stride longer than the window leaves pixels that no window sees.
    const sum =
      terms.length === 0
        ? to.emit('Expand', [zero, to.integers([w.batch, rows, columns, w.channels])])
        : terms.reduce((all, term) => to.emit('Add', [all, term]));
    return to.reshapeFixed(sum, [w.batch * rows, 1, columns, w.channels]);
  };
  const lines = Array.from({ length: stepY }, (_, y) => {
    const phases = Array.from({ length: stepX }, (__, x) => phase(y, x));
    const line = stepX === 1 ? phases[0]! : to.emit('Concat', phases, { axis: 3 });
    return to.reshapeFixed(line, [w.batch * rows, 1, columns * stepX, w.channels]);
  });
  const grid = to.reshapeFixed(stepY === 1 ? lines[0]! : to.emit('Concat', lines, { axis: 1 }), [
    w.batch,
    rows * stepY,
    columns * stepX,
    w.channels,
  ]);
  // The grid begins where the padding does; pixels behind the last window have no gradient. A negative count of Pad cuts.
  const below = w.height + w.padding - rows * stepY;
  const right = w.width + w.padding - columns * stepX;
  const edges = [0, -w.padding, -w.padding, 0, 0, below, right, 0];
  return edges.every((count) => count === 0) ? grid : to.emit('Pad', [grid, to.integers(edges), zero]);
}

function poolBy(op: string): KernelRule {
  return {
    shape: ({ x }, attributes) => {
      const { batch, rows, columns, channels } = windowsOf(x!, attributes);
      return { shape: [batch, rows, columns, channels], dtype: 'float32' };
    },
    lower: (to, { x }, attributes) => {
      const w = windowsOf(to.info(x!), attributes);
      if (to.isBlocked(x!)) return { blocked: to.emit(op, [to.blocked(x!)], windowAttributes(w), NCHWC) };
      return pooled(to, op, to.full(x!), w);
    },
  };
}

export const pooling = {
  MaxPool: poolBy('MaxPool'),
  /** Where several places of a window hold the largest value, the first in reading order has the gradient, as in PyTorch. */
  MaxPoolGrad: {
    shape: ({ input }) => input!,
    lower: (to, { dy, input, output: largest }, attributes) => {
      const w = windowsOf(to.info(input!), attributes);
      const [stepY, stepX] = w.stride;
      const around = [0, w.padding, w.padding, 0];
      const x = to.full(input!);
      const padded =
        w.padding === 0 ? x : to.emit('Pad', [x, to.integers([...around, ...around]), to.scalar(-Infinity)]);
      const parts = new Map<string, Name>();
      let rest = to.full(dy!);
      for (const [y, x0] of places(w)) {
        const values = to.emit('Slice', [
          padded,
          to.integers([y, x0]),
          to.integers([y + (w.rows - 1) * stepY + 1, x0 + (w.columns - 1) * stepX + 1]),
          to.integers([1, 2]),
          to.integers([stepY, stepX]),
        ]);
        const part = to.emit('Where', [to.emit('Equal', [values, to.full(largest!)]), rest, to.scalar(0)]);
        parts.set(`${y},${x0}`, part);
        rest = to.emit('Sub', [rest, part]);
      }
      return addParts(to, parts, w);
    },
  },
  AvgPool: poolBy('AveragePool'),
  AvgPoolGrad: {
    shape: ({ input }) => input!,
    lower: (to, { dy, input }, attributes) => {
      const w = windowsOf(to.info(input!), attributes);
      // tfjs divides by the pixels inside the image: with padding, not the same number for every window.
      if (w.padding !== 0) throw new Error('average pooling with padding has no lowering');
      const part = to.emit('Mul', [to.full(dy!), to.scalar(1 / (w.size[0] * w.size[1]))]);
      return addParts(to, new Map(places(w).map(([y, x]) => [`${y},${x}`, part])), w);
    },
  },
} satisfies Record<string, KernelRule>;
