// Random views of images, drawn on the host: one affine sample (crop and rotation, bilinear, reflected at the border), then brightness and
// contrast (docs/methods.md §3.1).
import { foldIn, RandomStream, type RandomKey } from '../../random/random.ts';

export interface Augmentation {
  /** Smallest and largest area of the crop, as a share of the image. */
  readonly cropMin: number;
  readonly cropMax: number;
  /** Largest rotation either way, degrees. */
  readonly rotation: number;
  /** Factors are uniform in 1 ± this. */
  readonly brightness: number;
  readonly contrast: number;
}

/** 8-bit images, NHWC. */
export interface ImageSet {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

const LARGEST_ASPECT = Math.log(4 / 3);

/** `position` in pixels, folded back into [-0.5, size - 0.5] by reflection at the border of the outermost pixels. */
function reflect(position: number, size: number): number {
  const period = 2 * size;
  let at = (position + 0.5) % period;
  if (at < 0) at += period;
  return (at < size ? at : period - at) - 0.5;
}

/**
 * Writes a random view of image `index` into `out` at `offset`, H×W×C float32 in 0..1.
 * The draws depend on `key` alone: the same key gives the same view, whatever was drawn before.
 */
export function augmentInto(
  out: Float32Array,
  offset: number,
  images: ImageSet,
  index: number,
  options: Augmentation,
  key: RandomKey,
): void {
  const { height, width, channels, data } = images;
  const random = new RandomStream(key);
  const area = random.uniform(options.cropMin, options.cropMax);
  const aspect = Math.exp(random.uniform(-LARGEST_ASPECT, LARGEST_ASPECT));
  const scaleX = Math.min(1, Math.sqrt(area * aspect));
  const scaleY = Math.min(1, Math.sqrt(area / aspect));
  const centreX = random.uniform(-1, 1) * (1 - scaleX);
  const centreY = random.uniform(-1, 1) * (1 - scaleY);
  const angle = (random.uniform(-1, 1) * options.rotation * Math.PI) / 180;
  const brightness = random.uniform(1 - options.brightness, 1 + options.brightness);
  const contrast = random.uniform(1 - options.contrast, 1 + options.contrast);

  // From an output pixel to a place in the source, both in pixels; the square of side 2 about the centre is the image.
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const xx = scaleX * cos;
  const xy = ((-scaleY * sin) / height) * width;
  const yx = ((scaleX * sin) / width) * height;
  const yy = scaleY * cos;
  const middleX = ((centreX + 1) * width - 1) / 2;
  const middleY = ((centreY + 1) * height - 1) / 2;
  const base = index * height * width * channels;

  let at = offset;
  let sum = 0;
  for (let row = 0; row < height; row += 1) {
    const dy = row - (height - 1) / 2;
    for (let column = 0; column < width; column += 1) {
      const dx = column - (width - 1) / 2;
      const x = reflect(middleX + xx * dx + xy * dy, width);
      const y = reflect(middleY + yx * dx + yy * dy, height);
      const x0 = Math.floor(x);
      const y0 = Math.floor(y);
      const fx = x - x0;
      const fy = y - y0;
      const left = x0 < 0 ? 0 : x0;
      const right = x0 + 1 >= width ? width - 1 : x0 + 1;
      const top = (y0 < 0 ? 0 : y0) * width;
      const bottom = (y0 + 1 >= height ? height - 1 : y0 + 1) * width;
      for (let channel = 0; channel < channels; channel += 1) {
        const upper =
          data[base + (top + left) * channels + channel]! * (1 - fx) +
          data[base + (top + right) * channels + channel]! * fx;
        const lower =
          data[base + (bottom + left) * channels + channel]! * (1 - fx) +
          data[base + (bottom + right) * channels + channel]! * fx;
        const value = Math.min(1, ((upper * (1 - fy) + lower * fy) / 255) * brightness);
        out[at] = value;
        sum += value;
        at += 1;
      }
    }
  }
  const mean = sum / (at - offset);
  for (let i = offset; i < at; i += 1) out[i] = Math.min(1, Math.max(0, mean + (out[i]! - mean) * contrast));
}

/** A batch of random views, [rows.length, H, W, C]; the view of an image depends on `key` and its row only. */
export function augmentBatch(
  out: Float32Array,
  images: ImageSet,
  rows: Int32Array,
  options: Augmentation,
  key: RandomKey,
): void {
  const size = images.height * images.width * images.channels;
  rows.forEach((row, slot) => augmentInto(out, slot * size, images, row, options, foldIn(key, row)));
}

/** The images as they are, float32 in 0..1. */
export function plainBatch(out: Float32Array, images: ImageSet, rows: Int32Array): void {
  const size = images.height * images.width * images.channels;
  rows.forEach((row, slot) => {
    for (let i = 0; i < size; i += 1) out[slot * size + i] = images.data[row * size + i]! / 255;
  });
}
