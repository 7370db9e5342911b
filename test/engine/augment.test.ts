// Random views against a slow reference written from the definition, and their repeatability.
import { describe, expect, it } from 'vitest';
import { augmentBatch, augmentInto, plainBatch, type Augmentation } from '../../src/engine/train/augment.ts';
import { foldIn, randomKey, RandomStream } from '../../src/random/random.ts';

const random = new RandomStream(randomKey(11));
const images = {
  count: 5,
  height: 9,
  width: 12,
  channels: 3,
  data: Uint8Array.from({ length: 5 * 9 * 12 * 3 }, () => random.integer(256)),
};
const size = 9 * 12 * 3;
const strong: Augmentation = { cropMin: 0.3, cropMax: 1, rotation: 40, brightness: 0.5, contrast: 0.6 };
const none: Augmentation = { cropMin: 1, cropMax: 1, rotation: 0, brightness: 0, contrast: 0 };

/** The definition, pixel by pixel, in normalised coordinates: grid_sample(bilinear, reflection, align_corners=False) of theta · (u, v, 1). */
function reference(index: number, options: Augmentation, key: { k0: number; k1: number }): number[] {
  const draw = new RandomStream(key);
  const area = draw.uniform(options.cropMin, options.cropMax);
  const aspect = Math.exp(draw.uniform(-Math.log(4 / 3), Math.log(4 / 3)));
  const scale = [Math.min(1, Math.sqrt(area * aspect)), Math.min(1, Math.sqrt(area / aspect))] as const;
  const centre = [draw.uniform(-1, 1) * (1 - scale[0]), draw.uniform(-1, 1) * (1 - scale[1])] as const;
  const angle = (draw.uniform(-1, 1) * options.rotation * Math.PI) / 180;
  const brightness = draw.uniform(1 - options.brightness, 1 + options.brightness);
  const contrast = draw.uniform(1 - options.contrast, 1 + options.contrast);
  const { height, width } = images;
  const fold = (p: number, n: number): number => {
    while (p < -0.5 || p > n - 0.5) p = p < -0.5 ? -1 - p : 2 * n - 1 - p;
    return Math.min(n - 1, Math.max(0, p));
  };
  const pixel = (row: number, column: number, channel: number): number =>
    images.data[((index * height + Math.min(height - 1, row)) * width + Math.min(width - 1, column)) * 3 + channel]! /
    255;
  const out: number[] = [];
  for (let row = 0; row < height; row += 1)
    for (let column = 0; column < width; column += 1) {
      const u = (2 * column + 1) / width - 1;
      const v = (2 * row + 1) / height - 1;
      const x = fold(
        ((scale[0] * Math.cos(angle) * u - scale[1] * Math.sin(angle) * v + centre[0] + 1) * width - 1) / 2,
        width,
      );
      const y = fold(
        ((scale[0] * Math.sin(angle) * u + scale[1] * Math.cos(angle) * v + centre[1] + 1) * height - 1) / 2,
        height,
      );
      const [x0, y0] = [Math.floor(x), Math.floor(y)];
      for (let channel = 0; channel < 3; channel += 1) {
        const value =
          (pixel(y0, x0, channel) * (x0 + 1 - x) + pixel(y0, x0 + 1, channel) * (x - x0)) * (y0 + 1 - y) +
          (pixel(y0 + 1, x0, channel) * (x0 + 1 - x) + pixel(y0 + 1, x0 + 1, channel) * (x - x0)) * (y - y0);
        out.push(Math.min(1, value * brightness));
      }
    }
  const mean = out.reduce((sum, value) => sum + value, 0) / out.length;
  return out.map((value) => Math.min(1, Math.max(0, mean + (value - mean) * contrast)));
}

describe('a random view', () => {
  it('is what the definition says', () => {
    for (let index = 0; index < images.count; index += 1) {
      const key = foldIn(randomKey(2), index);
      const out = new Float32Array(size);
      augmentInto(out, 0, images, index, strong, key);
      reference(index, strong, key).forEach((value, i) => expect(out[i]).toBeCloseTo(value, 4));
    }
  });

  it('is the image itself where nothing may change', () => {
    const out = new Float32Array(size);
    augmentInto(out, 0, images, 3, none, randomKey(0));
    // An aspect ratio is drawn all the same, but a scale is at most 1: only the other side of the crop shrinks.
    const square = { ...images, count: 1, height: 1, width: 1, data: Uint8Array.of(7, 8, 9) };
    const one = new Float32Array(3);
    augmentInto(one, 0, square, 0, none, randomKey(0));
    expect([...one].map((value) => Math.round(value * 255))).toEqual([7, 8, 9]);
    expect(out.every((value) => value >= 0 && value <= 1)).toBe(true);
  });

  it('depends on the row and the key, never on the place in the batch', () => {
    const first = new Float32Array(2 * size);
    const second = new Float32Array(2 * size);
    augmentBatch(first, images, Int32Array.of(1, 4), strong, randomKey(8));
    augmentBatch(second, images, Int32Array.of(4, 1), strong, randomKey(8));
    expect(second.subarray(0, size)).toEqual(first.subarray(size));
    expect(second.subarray(size)).toEqual(first.subarray(0, size));
  });

  it('is not drawn for a plain batch', () => {
    const out = new Float32Array(size);
    plainBatch(out, images, Int32Array.of(2));
    expect([...out].map((value) => Math.round(value * 255))).toEqual([...images.data.subarray(2 * size, 3 * size)]);
  });
});
