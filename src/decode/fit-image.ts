// An image of any size made one of the wanted size: resized with a triangle filter as wide as a pixel of the coarser side, and cut in the middle. The
// arithmetic is that of Pillow's BILINEAR on 8-bit images and of torchvision's Resize and CenterCrop, to the last bit.
import { STRIDE, type Pixels } from './decode-pixels.ts';

export interface Target {
  readonly height: number;
  readonly width: number;
  /** 3: red, green, blue. 1: grey, 0.299 R + 0.587 G + 0.114 B. */
  readonly channels: 1 | 3;
  /** `crop`: the shorter side is resized, then the middle is cut out. `stretch`: both sides are resized. */
  readonly fit: 'crop' | 'stretch';
  /** With `crop`: pixels of the shorter side before the cut. Where it is not given, the image is just large enough for the cut. */
  readonly shorterSide?: number;
}

/** A part of an image, in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Height × width × channels bytes. */
export function fitImage(pixels: Pixels, target: Target): Uint8Array {
  const { resized, left, top } = plan(pixels, target);
  const cut = { width: target.width, height: target.height };
  const fitted =
    resized.width === pixels.width && resized.height === pixels.height
      ? cutOut(pixels, left, top, cut)
      : resize(pixels, resized, left, top, cut);
  return target.channels === 3 ? fitted : toGrey(fitted);
}

/** The part of an image as an image of its own. Throws an Error whose message is the reason where it is not inside. */
export function cutBox({ width, height, data }: Pixels, box: Box): Pixels {
  const { left, top } = box;
  if (left < 0 || top < 0 || left + box.width > width || top + box.height > height)
    throw new Error(
      `it has ${width}×${height} pixels, and ${box.width}×${box.height} from (${left}, ${top}) were wanted`,
    );
  const out = new Uint8Array(box.width * box.height * STRIDE);
  for (let row = 0; row < box.height; row += 1) {
    const from = ((top + row) * width + left) * STRIDE;
    out.set(data.subarray(from, from + box.width * STRIDE), row * box.width * STRIDE);
  }
  return { width: box.width, height: box.height, data: out };
}

/** What the whole image is resized to, and where the cut begins in that. Throws an Error whose message is the reason. */
export function plan(
  { width, height }: Size,
  target: Target,
): { readonly resized: Size; readonly left: number; readonly top: number } {
  if (target.fit === 'stretch') return { resized: { width: target.width, height: target.height }, left: 0, top: 0 };
  const along = target.width / width;
  const down = target.height / height;
  const side = target.shorterSide;
  const widthLeads = side === undefined ? along >= down : width <= height;
  const resized = widthLeads
    ? { width: side ?? target.width, height: Math.floor(((side ?? target.width) * height) / width) }
    : { width: Math.floor(((side ?? target.height) * width) / height), height: side ?? target.height };
  if (resized.width < target.width || resized.height < target.height)
    throw new Error(
      `resized to ${resized.width}×${resized.height} it is smaller than the ${target.width}×${target.height} that are cut out`,
    );
  return {
    resized,
    left: halfToEven((resized.width - target.width) / 2),
    top: halfToEven((resized.height - target.height) / 2),
  };
}

/** Halves go to the even neighbour, as Python rounds. */
const halfToEven = (value: number): number => (value % 1 === 0.5 ? 2 * Math.round(value / 2) : Math.round(value));

function cutOut({ width, data }: Pixels, left: number, top: number, cut: Size): Uint8Array {
  const out = new Uint8Array(cut.width * cut.height * 3);
  let at = 0;
  for (let row = top; row < top + cut.height; row += 1) {
    let from = (row * width + left) * STRIDE;
    for (let column = 0; column < cut.width; column += 1) {
      out[at] = data[from]!;
      out[at + 1] = data[from + 1]!;
      out[at + 2] = data[from + 2]!;
      at += 3;
      from += STRIDE;
    }
  }
  return out;
}

function toGrey(colours: Uint8Array): Uint8Array {
  const grey = new Uint8Array(colours.length / 3);
  for (let at = 0, from = 0; at < grey.length; at += 1, from += 3)
    grey[at] = (19595 * colours[from]! + 38470 * colours[from + 1]! + 7471 * colours[from + 2]! + 0x8000) >> 16;
  return grey;
}

/** Weights are whole numbers, so that the result is the same everywhere: shares of 2^22. */
const PRECISION = 22;

/** For each output pixel of a range: the first input pixel, how many, and their weights, `most` places each. */
interface Taps {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Int32Array;
  readonly most: number;
}

/** For the output pixels `start` to `start + length` of an axis resized from `from` to `to` pixels. */
function taps(from: number, to: number, start: number, length: number): Taps {
  const scale = from / to;
  const reach = Math.max(1, scale);
  const slope = 1 / reach;
  const most = 2 * Math.ceil(reach) + 1;
  const result = {
    first: new Int32Array(length),
    count: new Int32Array(length),
    weights: new Int32Array(length * most),
    most,
  };
  for (let out = 0; out < length; out += 1) {
    const centre = (start + out + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - reach + 0.5));
    const count = Math.min(from, Math.floor(centre + reach + 0.5)) - first;
    const shares = Array.from({ length: count }, (_, tap) =>
      Math.max(0, 1 - Math.abs((first + tap - centre + 0.5) * slope)),
    );
    const total = shares.reduce((sum, share) => sum + share, 0);
    result.first[out] = first;
    result.count[out] = count;
    shares.forEach((share, tap) => {
      result.weights[out * most + tap] = Math.floor((share / total) * 2 ** PRECISION + 0.5);
    });
  }
  return result;
}

/** Rows first, rounded to bytes, then columns; only what the cut needs. */
function resize(pixels: Pixels, resized: Size, left: number, top: number, cut: Size): Uint8Array {
  const across = taps(pixels.width, resized.width, left, cut.width);
  const down = taps(pixels.height, resized.height, top, cut.height);
  const firstRow = down.first[0]!;
  const rows = down.first[cut.height - 1]! + down.count[cut.height - 1]! - firstRow;
  const { data } = pixels;
  const half = 1 << (PRECISION - 1);
  // Weights sum to 1 but for rounding, which may lead past 255.
  const narrow = new Uint8ClampedArray(rows * cut.width * 3);
  let at = 0;
  for (let row = 0; row < rows; row += 1) {
    const line = (firstRow + row) * pixels.width * STRIDE;
    for (let column = 0; column < cut.width; column += 1) {
      const weight = column * across.most;
      const count = across.count[column]!;
      let from = line + across.first[column]! * STRIDE;
      let red = half;
      let green = half;
      let blue = half;
      for (let tap = 0; tap < count; tap += 1) {
        const share = across.weights[weight + tap]!;
        red += share * data[from]!;
        green += share * data[from + 1]!;
        blue += share * data[from + 2]!;
        from += STRIDE;
      }
      narrow[at] = red >> PRECISION;
      narrow[at + 1] = green >> PRECISION;
      narrow[at + 2] = blue >> PRECISION;
      at += 3;
    }
  }
  const width = cut.width * 3;
  const out = new Uint8ClampedArray(cut.height * width);
  at = 0;
  for (let row = 0; row < cut.height; row += 1) {
    const weight = row * down.most;
    const count = down.count[row]!;
    const start = (down.first[row]! - firstRow) * width;
    for (let column = 0; column < width; column += 1) {
      let sum = half;
      let from = start + column;
      for (let tap = 0; tap < count; tap += 1) {
        sum += down.weights[weight + tap]! * narrow[from]!;
        from += width;
      }
      out[at] = sum >> PRECISION;
      at += 1;
    }
  }
  return new Uint8Array(out.buffer);
}
