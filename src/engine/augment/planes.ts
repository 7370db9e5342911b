// Images channel by channel, [B, C, H, W], where rows and columns can be multiplied by matrices; and what grey is.
import {
  add,
  matMul,
  mul,
  reshape,
  slice,
  tensor,
  transpose,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
} from '../tensor.ts';

/** Weights of red, green and blue in grey (ITU-R BT.601), as Pillow and torchvision have them. */
export const GREY_WEIGHTS = [0.299, 0.587, 0.114] as const;

/** [B, H, W, C] to [B, C, H, W]. */
export function toPlanes(images: Tensor4D): Tensor4D {
  const [batch, height, width, channels] = images.shape;
  return channels === 1 ? reshape(images, [batch, 1, height, width]) : transpose(images, [0, 3, 1, 2]);
}

/** [B, C, H, W] to [B, H, W, C]. */
export function fromPlanes(planes: Tensor4D): Tensor4D {
  const [batch, channels, height, width] = planes.shape;
  return channels === 1 ? reshape(planes, [batch, height, width, 1]) : transpose(planes, [0, 2, 3, 1]);
}

/**
 * Colours [B, 3, H, W] as `own` times themselves plus `grey` times their grey, both [B, 1, 1]: one product of a matrix of 3 × 3 with the pixels.
 * Where `grey` is 0 and `own` is 1 nothing changes, to the last bit.
 */
export function mixWithGrey(planes: Tensor4D, own: Tensor, grey: Tensor): Tensor4D {
  const [batch, channels, height, width] = planes.shape;
  const identity = tensor([1, 0, 0, 0, 1, 0, 0, 0, 1], [1, 3, 3]);
  const toGrey = tensor([...GREY_WEIGHTS, ...GREY_WEIGHTS, ...GREY_WEIGHTS], [1, 3, 3]);
  const matrix = add(mul(identity, own), mul(toGrey, grey));
  return reshape(matMul(matrix, reshape(planes, [batch, channels, height * width])), planes.shape);
}

/** Number `index` of each image, as a tensor of `rank` axes that multiplies whole images. */
export function numberOf(numbers: Tensor2D, index: number, rank: number): Tensor {
  const batch = numbers.shape[0];
  return reshape(slice(numbers, [0, index], [batch, 1]), [batch, ...Array<number>(rank - 1).fill(1)]);
}
