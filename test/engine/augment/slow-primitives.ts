// The primitives once more, slowly and from their definitions (docs/methods.md §3.1): one image, pixel by pixel, in float64, with the order of
// operations as drawn. Shares nothing with src/engine/augment but the settings' types.

/** [row][column][channel], 0..1. */
export type Picture = readonly (readonly (readonly number[])[])[];

const make = (height: number, width: number, pixel: (row: number, column: number) => number[]): Picture =>
  Array.from({ length: height }, (_, row) => Array.from({ length: width }, (_, column) => pixel(row, column)));
const each = (picture: Picture, change: (pixel: readonly number[]) => number[]): Picture =>
  picture.map((row) => row.map((pixel) => change(pixel)));
const clip = (value: number): number => Math.min(1, Math.max(0, value));
const channelsOf = (picture: Picture): readonly number[] => picture[0]![0]!.map((_, channel) => channel);

export function grey([red, green, blue]: readonly number[]): number {
  return green === undefined || blue === undefined ? red! : 0.299 * red! + 0.587 * green + 0.114 * blue;
}

const triangle = (x: number): number => Math.max(0, 1 - Math.abs(x));
function keys(x: number): number {
  const t = Math.abs(x);
  if (t < 1) return 1.5 * t ** 3 - 2.5 * t ** 2 + 1;
  if (t < 2) return -0.5 * t ** 3 + 2.5 * t ** 2 - 4 * t + 2;
  return 0;
}

/** Cut, then resized one pixel after the other by a sum over the whole cut, rows and columns at once. */
export function cutAndResize(
  picture: Picture,
  [top, left, height, width]: readonly number[],
  [toHeight, toWidth]: readonly [number, number],
  filter: 'bilinear' | 'bicubic',
): Picture {
  const kernel = filter === 'bilinear' ? triangle : keys;
  const weight = (from: number, at: number, length: number, to: number): number => {
    const scale = length / to;
    return kernel((from + 0.5 - (at + 0.5) * scale) / Math.max(1, scale));
  };
  return make(toHeight, toWidth, (row, column) => {
    let total = 0;
    const sums = channelsOf(picture).map(() => 0);
    for (let y = 0; y < height!; y += 1)
      for (let x = 0; x < width!; x += 1) {
        const share = weight(y, row, height!, toHeight) * weight(x, column, width!, toWidth);
        total += share;
        picture[top! + y]![left! + x]!.forEach((value, channel) => (sums[channel]! += share * value));
      }
    return sums.map((sum) => (filter === 'bicubic' ? clip(sum / total) : sum / total));
  });
}

export const mirror = (picture: Picture): Picture => picture.map((row) => [...row].reverse());

export function shiftedCrop(
  picture: Picture,
  top: number,
  left: number,
  [height, width]: readonly [number, number],
): Picture {
  return make(height, width, (row, column) =>
    channelsOf(picture).map((channel) => picture[row + top]?.[column + left]?.[channel] ?? 0),
  );
}

export const brightness = (picture: Picture, factor: number): Picture =>
  each(picture, (pixel) => pixel.map((value) => clip(value * factor)));

export function contrast(picture: Picture, factor: number): Picture {
  const greys = picture.flat().map(grey);
  const mean = greys.reduce((sum, value) => sum + value, 0) / greys.length;
  return each(picture, (pixel) => pixel.map((value) => clip(factor * value + (1 - factor) * mean)));
}

export const saturation = (picture: Picture, factor: number): Picture =>
  each(picture, (pixel) => pixel.map((value) => clip(factor * value + (1 - factor) * grey(pixel))));

export const toGrey = (picture: Picture): Picture => each(picture, (pixel) => pixel.map(() => grey(pixel)));

/** To hue, saturation and value, round, and back by the six sectors of the textbook. */
export function hue(picture: Picture, turn: number): Picture {
  return each(picture, ([red, green, blue]) => {
    const [high, low] = [Math.max(red!, green!, blue!), Math.min(red!, green!, blue!)];
    if (high === low) return [high, high, high];
    const span = high - low;
    let angle =
      high === red ? (green! - blue!) / span : high === green ? 2 + (blue! - red!) / span : 4 + (red! - green!) / span;
    angle = (((angle / 6 + turn) % 1) + 1) % 1;
    const sector = Math.floor(angle * 6) % 6;
    const within = angle * 6 - Math.floor(angle * 6);
    const strength = span / high;
    const p = high * (1 - strength);
    const q = high * (1 - strength * within);
    const t = high * (1 - strength * (1 - within));
    return [
      [high, t, p],
      [q, high, p],
      [p, high, t],
      [p, q, high],
      [t, p, high],
      [high, p, q],
    ][sector]!;
  });
}

/** Every weight of a square kernel, the border mirrored about the middle of its outermost pixel. */
export function blur(picture: Picture, sigma: number, reach: number): Picture {
  const [height, width] = [picture.length, picture[0]!.length];
  const fold = (at: number, length: number): number => (at < 0 ? -at : at >= length ? 2 * (length - 1) - at : at);
  return make(height, width, (row, column) => {
    let total = 0;
    const sums = channelsOf(picture).map(() => 0);
    for (let dy = -reach; dy <= reach; dy += 1)
      for (let dx = -reach; dx <= reach; dx += 1) {
        const share = Math.exp(-(dx * dx + dy * dy) / (2 * sigma * sigma));
        total += share;
        picture[fold(row + dy, height)]![fold(column + dx, width)]!.forEach(
          (value, channel) => (sums[channel]! += share * value),
        );
      }
    return sums.map((sum) => sum / total);
  });
}

/** Bilinear value at a place in pixels, reflected at the outer edge of the outermost pixels as often as it takes. */
export function valueAt(picture: Picture, x: number, y: number): number[] {
  const fold = (place: number, length: number): number => {
    let folded = place;
    while (folded < -0.5 || folded > length - 0.5) folded = folded < -0.5 ? -1 - folded : 2 * length - 1 - folded;
    return Math.min(length - 1, Math.max(0, folded));
  };
  const [height, width] = [picture.length, picture[0]!.length];
  const [column, row] = [fold(x, width), fold(y, height)];
  const [left, top] = [Math.floor(column), Math.floor(row)];
  const [fx, fy] = [column - left, row - top];
  const pixel = (r: number, c: number): readonly number[] => picture[Math.min(height - 1, r)]![Math.min(width - 1, c)]!;
  return channelsOf(picture).map(
    (channel) =>
      (pixel(top, left)[channel]! * (1 - fx) + pixel(top, left + 1)[channel]! * fx) * (1 - fy) +
      (pixel(top + 1, left)[channel]! * (1 - fx) + pixel(top + 1, left + 1)[channel]! * fx) * fy,
  );
}

/** In coordinates from −1 to 1 over the view and over the image: centre + rotation of (scale · place). */
export function affine(
  picture: Picture,
  {
    scale,
    centre,
    angle,
  }: { readonly scale: readonly [number, number]; readonly centre: readonly [number, number]; readonly angle: number },
): Picture {
  const [height, width] = [picture.length, picture[0]!.length];
  return make(height, width, (row, column) => {
    const u = scale[0] * ((2 * column + 1) / width - 1);
    const v = scale[1] * ((2 * row + 1) / height - 1);
    const x = centre[0] + Math.cos(angle) * u - Math.sin(angle) * v;
    const y = centre[1] + Math.sin(angle) * u + Math.cos(angle) * v;
    return valueAt(picture, ((x + 1) * width - 1) / 2, ((y + 1) * height - 1) / 2);
  });
}

/** Brightness, then contrast about the mean of all values, all channels together. */
export function brightnessContrast(picture: Picture, bright: number, strength: number): Picture {
  const lit = brightness(picture, bright);
  const values = lit.flat(2);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return each(lit, (pixel) => pixel.map((value) => clip(mean + (value - mean) * strength)));
}

/** Black from `half` pixels before a place to `half` behind it, along both axes. */
export function cut(picture: Picture, [y, x]: readonly [number, number], half: number): Picture {
  const near = (at: number, middle: number): boolean => at >= middle - half && at < middle + half;
  return picture.map((line, row) =>
    line.map((pixel, column) => (near(row, y) && near(column, x) ? pixel.map(() => 0) : pixel)),
  );
}
