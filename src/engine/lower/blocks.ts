// The blocked layout of activations that ONNX Runtime's CPU kernels know (NCHWc): images [batch, height, width, channels] lie as
// [batch, channels / block, height, width, block], and their shape is written [batch, channels, height, width].
// Operators that work element by element do not care; the others are listed here. The block's size depends on the processor.
import type { ValueInfo } from '../trace/graph.ts';
import { sameShape } from '../trace/kernels/rule.ts';

/** Operator set of ONNX Runtime's kernels for blocked activations; only its CPU provider has them. */
export const NCHWC = 'com.microsoft.nchwc';

/** Whether a value can lie in blocks: a batch of images whose channels fill whole blocks. */
export const fillsBlocks = ({ shape, dtype }: ValueInfo, block: number | undefined): block is number =>
  block !== undefined && dtype === 'float32' && shape.length === 4 && shape[3]! % block === 0;

/** The shape of an NHWC value once it lies in blocks. */
export const blockedShape = ([batch, height, width, channels]: readonly number[]): number[] => [
  batch!,
  channels!,
  height!,
  width!,
];

/** Whether `channels` holds one number for each channel of `image`. */
export const isPerChannel = (channels: ValueInfo, image: ValueInfo): boolean =>
  channels.dtype === 'float32' && sameShape(channels.shape, image.shape.slice(-1));
