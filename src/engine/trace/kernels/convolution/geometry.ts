// Sizes of a convolution of NHWC images (filter HWIO), from tfjs's attributes. It knows no lowering.
import type { Attributes } from '../../graph.ts';

export interface Geometry {
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

/** Errors: dilation, and layouts other than NHWC. */
export function geometryOf(
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

/** Whether every output pixel is a product of one input pixel: a convolution that is a matrix product as it stands. */
export const isPointwise = (g: Geometry): boolean =>
  g.kernelHeight === 1 &&
  g.kernelWidth === 1 &&
  g.strideY === 1 &&
  g.strideX === 1 &&
  g.padTop + g.padLeft + g.padBottom + g.padRight === 0;
