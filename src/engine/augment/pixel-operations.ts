// The fourteen operations of random augmentation on 8-bit images, with Pillow's rounding (docs/methods.md §3.1): what SCAN, TCL and SPICE call
// strong. They look at whole images (histograms, means) and round after each, so they are done to bytes before the step and not inside it.
import type { ImageShape } from './primitive.ts';

/** An 8-bit image, channel after channel within a pixel. Operations give a new one. */
export type Pixels = Uint8Array;

export interface PixelOperation {
  /** Smallest and largest magnitude; those of shifts are shares of the side, those of rotations degrees. Absent where there is none. */
  readonly range?: readonly [number, number];
  /** Whether the magnitude's sign is turned with probability 1/2. */
  readonly signed?: boolean;
  apply(pixels: Pixels, shape: ImageShape, magnitude: number): Pixels;
}

const operations = {
  identity: { apply: (pixels) => pixels },
  auto_contrast: { apply: autoContrast },
  equalize: { apply: equalize },
  rotate: { range: [-30, 30], signed: true, apply: rotate },
  /** Values at or above the magnitude are inverted. */
  solarize: {
    range: [0, 256],
    apply: (pixels, _, threshold) => pixels.map((value) => (value < threshold ? value : 255 - value)),
  },
  colour: { range: [0.05, 0.95], apply: (pixels, shape, share) => blend(greyOf(pixels, shape), pixels, share) },
  contrast: { range: [0.05, 0.95], apply: contrast },
  brightness: { range: [0.05, 0.95], apply: (pixels, _, share) => blend(new Uint8Array(pixels.length), pixels, share) },
  sharpness: { range: [0.05, 0.95], apply: (pixels, shape, share) => blend(smooth(pixels, shape), pixels, share) },
  shear_x: {
    range: [-0.1, 0.1],
    signed: true,
    apply: (pixels, shape, share) => moved(pixels, shape, (x, y) => [x + share * y, y]),
  },
  shear_y: {
    range: [-0.1, 0.1],
    signed: true,
    apply: (pixels, shape, share) => moved(pixels, shape, (x, y) => [x, y + share * x]),
  },
  translate_x: {
    range: [-0.1, 0.1],
    signed: true,
    apply: (pixels, shape, share) => moved(pixels, shape, (x, y) => [x + share * shape[1], y]),
  },
  translate_y: {
    range: [-0.1, 0.1],
    signed: true,
    apply: (pixels, shape, share) => moved(pixels, shape, (x, y) => [x, y + share * shape[0]]),
  },
  /** The magnitude's whole part is how many of the highest bits stay. */
  posterize: {
    range: [4, 8],
    apply: (pixels, _, bits) => pixels.map((value) => value & ~(2 ** (8 - Math.trunc(bits)) - 1)),
  },
} as const satisfies Record<string, PixelOperation>;

export type PixelOperationName = keyof typeof operations;

export const pixelOperations: Readonly<Record<PixelOperationName, PixelOperation>> = operations;

/** Shares of `other` and of the image, cut to a whole number. */
function blend(other: Pixels, pixels: Pixels, share: number): Pixels {
  return pixels.map((value, at) => other[at]! + share * (value - other[at]!));
}

/** Of each pixel the grey (ITU-R BT.601 in 16-bit fixed point), in every channel. */
function greyOf(pixels: Pixels, shape: ImageShape): Pixels {
  if (shape[2] !== 3) return pixels;
  const grey = new Uint8Array(pixels.length);
  for (let at = 0; at < pixels.length; at += 3) {
    const value = (pixels[at]! * 19595 + pixels[at + 1]! * 38470 + pixels[at + 2]! * 7471 + 0x8000) >> 16;
    grey.fill(value, at, at + 3);
  }
  return grey;
}

function contrast(pixels: Pixels, shape: ImageShape, share: number): Pixels {
  const sum = greyOf(pixels, shape).reduce((total, value) => total + value, 0);
  return blend(new Uint8Array(pixels.length).fill(Math.trunc(sum / pixels.length + 0.5)), pixels, share);
}

/** The mean of 3 × 3 pixels, the middle one counted five times; the image's border stays. */
function smooth(pixels: Pixels, [height, width, channels]: ImageShape): Pixels {
  const out = pixels.slice();
  const row = width * channels;
  for (let y = 1; y < height - 1; y += 1)
    for (let at = y * row + channels; at < (y + 1) * row - channels; at += 1) {
      let sum = 4 * pixels[at]!;
      for (const line of [at - row, at, at + row])
        sum += pixels[line - channels]! + pixels[line]! + pixels[line + channels]!;
      out[at] = sum / 13 + 0.5;
    }
  return out;
}

/** Every channel through a table of its own, made from its histogram. */
function byHistogram(
  pixels: Pixels,
  channels: number,
  tableOf: (counts: readonly number[]) => Pixels | undefined,
): Pixels {
  const out = pixels.slice();
  for (let channel = 0; channel < channels; channel += 1) {
    const counts = new Array<number>(256).fill(0);
    for (let at = channel; at < pixels.length; at += channels) counts[pixels[at]!]! += 1;
    const table = tableOf(counts);
    if (table === undefined) continue;
    for (let at = channel; at < pixels.length; at += channels) out[at] = table[pixels[at]!]!;
  }
  return out;
}

/** The darkest value of a channel becomes 0, the lightest 255. */
function autoContrast(pixels: Pixels, shape: ImageShape): Pixels {
  return byHistogram(pixels, shape[2], (counts) => {
    const [low, high] = [counts.findIndex((count) => count > 0), counts.findLastIndex((count) => count > 0)];
    if (high <= low) return undefined;
    const scale = 255 / (high - low);
    return Uint8Array.from(counts, (_, value) => Math.min(255, Math.max(0, Math.trunc(value * scale - low * scale))));
  });
}

/** A channel's values, as evenly spread over 0 to 255 as a table of values can. */
function equalize(pixels: Pixels, shape: ImageShape): Pixels {
  return byHistogram(pixels, shape[2], (counts) => {
    const present = counts.filter((count) => count > 0);
    const step = Math.floor((pixels.length / shape[2] - present.at(-1)!) / 255);
    if (present.length <= 1 || step === 0) return undefined;
    let before = Math.floor(step / 2);
    return Uint8Array.from(counts, (count) => {
      const value = Math.min(255, Math.floor(before / step));
      before += count;
      return value;
    });
  });
}

/** Anticlockwise about the middle, by degrees. */
function rotate(pixels: Pixels, shape: ImageShape, degrees: number): Pixels {
  const angle = (-degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [middleX, middleY] = [shape[1] / 2, shape[0] / 2];
  return moved(pixels, shape, (x, y) => [
    cos * (x - middleX) + sin * (y - middleY) + middleX,
    -sin * (x - middleX) + cos * (y - middleY) + middleY,
  ]);
}

/** The nearest pixel of the place from which each pixel's middle comes, black outside. */
function moved(
  pixels: Pixels,
  [height, width, channels]: ImageShape,
  from: (x: number, y: number) => readonly [number, number],
): Pixels {
  const out = new Uint8Array(pixels.length);
  for (let row = 0; row < height; row += 1)
    for (let column = 0; column < width; column += 1) {
      const [x, y] = from(column + 0.5, row + 0.5);
      if (x < 0 || y < 0 || x >= width || y >= height) continue;
      const source = (Math.floor(y) * width + Math.floor(x)) * channels;
      const target = (row * width + column) * channels;
      for (let channel = 0; channel < channels; channel += 1) out[target + channel] = pixels[source + channel]!;
    }
  return out;
}
