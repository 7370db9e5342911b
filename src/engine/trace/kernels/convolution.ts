// Convolutions of NHWC images, as tfjs has them (filter HWIO).
// For training: patches are collected by one Gather (im2col) and everything is a matrix product; the patches are shared by the
// forward pass and the filter's gradient. Measured on ONNX Runtime's CPU provider, this beats Conv and ConvTranspose, which want NCHW.
// For inference: the standard Conv, which other tools can read and ONNX Runtime can lay out by blocks, since its filter is constant.
import type { Attributes } from '../graph.ts';
import type { KernelRule, Lowering, Name } from './rule.ts';

interface Geometry {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly inChannels: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly outChannels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly strideY: number;
  readonly strideX: number;
  readonly padTop: number;
  readonly padLeft: number;
  readonly padBottom: number;
  readonly padRight: number;
}

/** Sizes of a convolution, from tfjs's attributes. Errors: dilation and layouts other than NHWC. */
function geometryOf(
  image: readonly number[],
  filter: readonly number[],
  { strides, pad, dataFormat, dilations }: Attributes,
): Geometry {
  if (dataFormat !== undefined && dataFormat !== 'NHWC')
    throw new Error(`a convolution in ${JSON.stringify(dataFormat)} has no lowering`);
  if (dilations !== undefined && ([dilations].flat() as number[]).some((dilation) => dilation !== 1))
    throw new Error('a dilated convolution has no lowering');
  const [batch, height, width, inChannels] = image as [number, number, number, number];
  const [kernelHeight, kernelWidth, , outChannels] = filter as [number, number, number, number];
  const [strideY, strideX] = (typeof strides === 'number' ? [strides, strides] : strides) as [number, number];
  const along = (size: number, kernel: number, stride: number, axis: number): [number, number, number] => {
    if (pad === 'same') {
      const out = Math.ceil(size / stride);
      const total = Math.max(0, (out - 1) * stride + kernel - size);
      return [out, Math.floor(total / 2), total - Math.floor(total / 2)];
    }
    const [before, after] =
      pad === 'valid' ? [0, 0] : typeof pad === 'number' ? [pad, pad] : (pad as [number, number][])[axis]!;
    return [Math.floor((size + before + after - kernel) / stride) + 1, before, after];
  };
  const [outHeight, padTop, padBottom] = along(height, kernelHeight, strideY, 1);
  const [outWidth, padLeft, padRight] = along(width, kernelWidth, strideX, 2);
  return {
    batch,
    height,
    width,
    inChannels,
    kernelHeight,
    kernelWidth,
    outChannels,
    outHeight,
    outWidth,
    strideY,
    strideX,
    padTop,
    padLeft,
    padBottom,
    padRight,
  };
}

const isPointwise = (g: Geometry): boolean =>
  g.kernelHeight === 1 &&
  g.kernelWidth === 1 &&
  g.strideY === 1 &&
  g.strideX === 1 &&
  g.padTop + g.padLeft + g.padBottom + g.padRight === 0;

/** The image as rows of patches: [batch·outHeight·outWidth, kernelHeight·kernelWidth·inChannels]. */
function patches(to: Lowering, image: Name, g: Geometry): Name {
  const rows = g.batch * g.outHeight * g.outWidth;
  const taps = g.kernelHeight * g.kernelWidth;
  if (isPointwise(g)) return to.reshape(image, [rows, g.inChannels]);
  const pixels = g.height * g.width;
  // Pixels outside the image are read from one row of zeros behind the last pixel.
  const index = new Int32Array(g.outHeight * g.outWidth * taps);
  let at = 0;
  for (let oy = 0; oy < g.outHeight; oy += 1)
    for (let ox = 0; ox < g.outWidth; ox += 1)
      for (let ky = 0; ky < g.kernelHeight; ky += 1)
        for (let kx = 0; kx < g.kernelWidth; kx += 1) {
          const y = oy * g.strideY + ky - g.padTop;
          const x = ox * g.strideX + kx - g.padLeft;
          index[at] = y >= 0 && y < g.height && x >= 0 && x < g.width ? y * g.width + x : pixels;
          at += 1;
        }
  const flat = to.reshape(image, [g.batch, pixels, g.inChannels]);
  const padded = index.includes(pixels) ? to.emit('Pad', [flat, to.integers([0, 0, 0, 0, 1, 0])]) : flat;
  return to.reshape(to.emit('Gather', [padded, to.indices(index)], { axis: 1 }), [rows, taps * g.inChannels]);
}

/**
 * The gradient of the image: patch gradients (one matrix product), each added to the pixel it came from (col2im): one Gather by tap, one sum
 * over taps. A pixel with fewer taps than others reads rows of zeros, which come from one row of zeros behind each image's `dy`.
 */
function scatterPatches(to: Lowering, dy: Name, filter: Name, g: Geometry): Name {
  const taps = g.kernelHeight * g.kernelWidth;
  const pixels = g.height * g.width;
  const outPixels = g.outHeight * g.outWidth;
  const sources: number[][] = Array.from({ length: pixels }, () => []);
  for (let oy = 0; oy < g.outHeight; oy += 1)
    for (let ox = 0; ox < g.outWidth; ox += 1)
      for (let ky = 0; ky < g.kernelHeight; ky += 1)
        for (let kx = 0; kx < g.kernelWidth; kx += 1) {
          const y = oy * g.strideY + ky - g.padTop;
          const x = ox * g.strideX + kx - g.padLeft;
          if (y >= 0 && y < g.height && x >= 0 && x < g.width)
            sources[y * g.width + x]!.push((oy * g.outWidth + ox) * taps + ky * g.kernelWidth + kx);
        }
  const most = Math.max(...sources.map((list) => list.length));
  const index = new Int32Array(most * pixels);
  sources.forEach((list, pixel) => {
    for (let slot = 0; slot < most; slot += 1) index[slot * pixels + pixel] = list[slot] ?? outPixels * taps;
  });
  const needsZeros = sources.some((list) => list.length < most);
  const byPixel = to.reshape(dy, [g.batch, outPixels, g.outChannels]);
  const padded = needsZeros ? to.emit('Pad', [byPixel, to.integers([0, 0, 0, 0, 1, 0])]) : byPixel;
  const rows = outPixels + (needsZeros ? 1 : 0);
  const gradients = to.emit(
    'FusedMatMul',
    [to.reshape(padded, [g.batch * rows, g.outChannels]), filter],
    { transA: 0, transB: 1 },
    'com.microsoft',
  );
  const gathered = to.emit('Gather', [to.reshape(gradients, [g.batch, rows * taps, g.inChannels]), to.indices(index)], {
    axis: 1,
  });
  const byTap = to.reshape(gathered, [g.batch, most, pixels * g.inChannels]);
  return to.reshape(to.emit('ReduceSum', [byTap, to.integers([1])], { keepdims: 0 }), [
    g.batch,
    g.height,
    g.width,
    g.inChannels,
  ]);
}

/** The filter as [kernelHeight·kernelWidth·inChannels, outChannels]. */
const filterMatrix = (to: Lowering, filter: Name, g: Geometry): Name =>
  to.reshapeFixed(filter, [g.kernelHeight * g.kernelWidth * g.inChannels, g.outChannels]);

const gradientRows = (to: Lowering, dy: Name, g: Geometry): Name =>
  to.reshape(dy, [g.batch * g.outHeight * g.outWidth, g.outChannels]);

const toNCHW = (to: Lowering, name: Name): Name => to.emit('Transpose', [name], { perm: [0, 3, 1, 2] });
const toNHWC = (to: Lowering, name: Name): Name => to.emit('Transpose', [name], { perm: [0, 2, 3, 1] });

export const convolution = {
  Conv2D: {
    shape: ({ x, filter }, attributes) => {
      const g = geometryOf(x!.shape, filter!.shape, attributes);
      return { shape: [g.batch, g.outHeight, g.outWidth, g.outChannels], dtype: 'float32' };
    },
    lower: (to, { x, filter }, attributes, output) => {
      const g = geometryOf(to.info(x!).shape, to.info(filter!).shape, attributes);
      if (to.openBatch) {
        const weights = to.emit('Transpose', [to.full(filter!)], { perm: [3, 2, 0, 1] });
        return toNHWC(
          to,
          to.emit('Conv', [toNCHW(to, to.full(x!)), weights], {
            strides: [g.strideY, g.strideX],
            pads: [g.padTop, g.padLeft, g.padBottom, g.padRight],
          }),
        );
      }
      return to.reshape(
        to.emit('MatMul', [patches(to, to.full(x!), g), filterMatrix(to, to.full(filter!), g)]),
        output.shape,
      );
    },
  },
  Conv2DBackpropFilter: {
    shape: (_, { filterShape }) => ({ shape: filterShape as number[], dtype: 'float32' }),
    lower: (to, { x, dy }, attributes, output) => {
      const g = geometryOf(to.info(x!).shape, output.shape, attributes);
      const product = to.emit(
        'FusedMatMul',
        [patches(to, to.full(x!), g), gradientRows(to, to.full(dy!), g)],
        { transA: 1, transB: 0 },
        'com.microsoft',
      );
      return to.reshapeFixed(product, output.shape);
    },
  },
  Conv2DBackpropInput: {
    shape: (_, { inputShape }) => ({ shape: inputShape as number[], dtype: 'float32' }),
    lower: (to, { dy, filter }, attributes, output) => {
      const g = geometryOf(output.shape, to.info(filter!).shape, attributes);
      const weights = filterMatrix(to, to.full(filter!), g);
      if (!isPointwise(g)) return scatterPatches(to, to.full(dy!), weights, g);
      return to.reshape(
        to.emit('FusedMatMul', [gradientRows(to, to.full(dy!), g), weights], { transA: 0, transB: 1 }, 'com.microsoft'),
        output.shape,
      );
    },
  },
} satisfies Record<string, KernelRule>;
