// Convolutions as matrix products of collected patches (im2col by one Gather), on plain NHWC activations. This is the filter's gradient
// everywhere, and the whole convolution where the target has no blocked layout or the channels do not fill its blocks.
import type { Lowering, Name } from '../rule.ts';
import { isPointwise, type Geometry } from './geometry.ts';

/** Patches of more than this many bytes are collected for a few images at a time where nobody else wants them whole: what leaves the cache costs more than it saves. */
const PATCH_BYTES = 32 * 2 ** 20;

/** The image as rows of patches: [batch·outHeight·outWidth, kernelHeight·kernelWidth·inChannels]. */
export function patches(to: Lowering, image: Name, g: Geometry): Name {
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

/** Output pixels from patches and the filter: [batch, outHeight, outWidth, outChannels]. */
export const convolvePatches = (to: Lowering, image: Name, filter: Name, g: Geometry): Name =>
  to.reshape(to.emit('MatMul', [patches(to, image, g), filterMatrix(to, filter, g)]), [
    g.batch,
    g.outHeight,
    g.outWidth,
    g.outChannels,
  ]);

/**
 * The gradient of the filter, [kernelHeight, kernelWidth, inChannels, outChannels]: patchesᵀ · dy. `shared`: the forward pass has collected the
 * same patches whole, and they are used again; otherwise large ones are collected in parts, and the parts' products are added.
 */
export function filterGradient(to: Lowering, image: Name, dy: Name, g: Geometry, shared: boolean): Name {
  const columns = g.kernelHeight * g.kernelWidth * g.inChannels;
  const bytesPerImage = 4 * g.outHeight * g.outWidth * columns;
  const perPart =
    shared || isPointwise(g)
      ? g.batch
      : Math.min(g.batch, Math.ceil(g.batch / Math.ceil((g.batch * bytesPerImage) / PATCH_BYTES)));
  const images = (name: Name, first: number, count: number): Name =>
    count === g.batch
      ? name
      : to.emit('Slice', [name, to.integers([first]), to.integers([first + count]), to.integers([0])]);
  let total: Name | undefined;
  for (let first = 0; first < g.batch; first += perPart) {
    const part: Geometry = { ...g, batch: Math.min(perPart, g.batch - first) };
    const product = to.emit(
      'FusedMatMul',
      [patches(to, images(image, first, part.batch), part), gradientRows(to, images(dy, first, part.batch), part)],
      { transA: 1, transB: 0 },
      'com.microsoft',
    );
    total = total === undefined ? product : to.emit('Add', [total, product]);
  }
  return to.reshapeFixed(total!, [g.kernelHeight, g.kernelWidth, g.inChannels, g.outChannels]);
}

/** The gradient of the image, [batch, height, width, inChannels]. */
export function imageGradient(to: Lowering, dy: Name, filter: Name, g: Geometry): Name {
  const weights = filterMatrix(to, filter, g);
  if (!isPointwise(g)) return scatterPatches(to, dy, weights, g);
  return to.reshape(
    to.emit('FusedMatMul', [gradientRows(to, dy, g), weights], { transA: 0, transB: 1 }, 'com.microsoft'),
    [g.batch, g.height, g.width, g.inChannels],
  );
}

/**
 * Patch gradients (one matrix product), each added to the pixel it came from (col2im): one Gather by tap, one sum over taps. A pixel with
 * fewer taps than others reads rows of zeros, which come from one row of zeros behind each image's `dy`.
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
