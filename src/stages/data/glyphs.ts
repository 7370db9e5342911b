// Digits drawn from strokes: data worth clustering that needs no download. In: count and seed; out: 28×28 images and their digits.
// Each image is one of several hands for its digit, its points shaken, then bent by a smooth random field, slanted, turned, stretched,
// fitted to a box and centred by its ink as MNIST's digits are, and drawn with a pen of random width.
import { foldIn, randomKey, RandomStream, type RandomKey } from '../../random/random.ts';
import { implementStage, type StageContext } from '../../stage/stage.ts';
import { drawImages } from './draw-images.ts';
import { GLYPH_SHAPES } from './glyph-shapes.ts';
import { drawLines, smoothCurve, type Polyline } from './stroke-raster.ts';

export interface GlyphsParameters {
  readonly count: number;
  readonly seed: number;
}

const SIZE = 28;

/** How far hands differ; lengths are shares of the glyph's height, angles in radians, widths in pixels. */
const HAND = {
  /** Share of the first, usual way to write a digit; the other ways share the rest. */
  usual: 0.7,
  shake: 0.022,
  bend: 0.028,
  slant: [-0.05, 0.4],
  turn: [-0.12, 0.12],
  stretch: [0.78, 1.05],
  height: [17, 21],
  shift: 1,
  thickness: [1.6, 3.6],
  ink: [0.85, 1],
} as const;

export const glyphs = implementStage({
  parameters: {
    type: 'object',
    properties: { count: { type: 'integer', minimum: 1, maximum: 1_000_000 }, seed: { type: 'integer' } },
    required: ['count', 'seed'],
    additionalProperties: false,
  },
  outputs: { images: 'Images', labels: 'Labels' },
  async run(context: StageContext<GlyphsParameters, object>) {
    const { count, seed } = context.parameters;
    const key = randomKey(seed, 'glyphs');
    const values = Int32Array.from({ length: count }, (_, index) => digitOf(key, index));
    const images = await drawImages(context, { count, height: SIZE, width: SIZE }, (index, pixels) =>
      drawGlyph(values[index]!, new RandomStream(foldIn(key, index)), pixels),
    );
    return { images, labels: { values, names: GLYPH_SHAPES.map((_, digit) => String(digit)) } };
  },
});

/** Each run of ten images holds every digit once, in an order of its own: balanced, and the same whatever the count. */
function digitOf(key: RandomKey, index: number): number {
  const classes = GLYPH_SHAPES.length;
  const order = new RandomStream(foldIn(foldIn(key, 'digits'), Math.floor(index / classes))).permutation(classes);
  return order[index % classes]!;
}

function drawGlyph(digit: number, random: RandomStream, pixels: Uint8Array): void {
  const shapes = GLYPH_SHAPES[digit]!;
  const usual = random.uniform() < HAND.usual || shapes.length === 1;
  const hand = usual ? 0 : 1 + random.integer(shapes.length - 1);
  const lines = shapes[hand]!.map((stroke) => {
    const shaken = new Map<string, readonly [number, number]>();
    return smoothCurve(
      stroke.map(([x, y]) => {
        // A corner is one point written twice: it moves as one.
        const place = `${x} ${y}`;
        const moved =
          shaken.get(place) ?? ([x + HAND.shake * random.normal(), y + HAND.shake * random.normal()] as const);
        shaken.set(place, moved);
        return moved;
      }),
    );
  });
  bend(lines, random);
  slantAndTurn(lines, random);
  fit(lines, random);
  drawLines(lines, random.uniform(...HAND.thickness), random.uniform(...HAND.ink), SIZE, pixels);
}

/** Elastic deformation: three long waves of random direction and phase in x and in y. */
function bend(lines: readonly Polyline[], random: RandomStream): void {
  const waves = Array.from({ length: 6 }, () => {
    const angle = random.uniform(0, 2 * Math.PI);
    const frequency = random.uniform(3, 7);
    return {
      x: frequency * Math.cos(angle),
      y: frequency * Math.sin(angle),
      phase: random.uniform(0, 2 * Math.PI),
      size: HAND.bend * random.normal(),
    };
  });
  const at = (from: number, x: number, y: number) =>
    waves
      .slice(from, from + 3)
      .reduce((sum, wave) => sum + wave.size * Math.sin(wave.x * x + wave.y * y + wave.phase), 0);
  move(lines, (x, y) => [x + at(0, x, y), y + at(3, x, y)]);
}

function slantAndTurn(lines: readonly Polyline[], random: RandomStream): void {
  const slant = random.uniform(...HAND.slant);
  const stretch = random.uniform(...HAND.stretch);
  const turn = random.uniform(...HAND.turn);
  const cos = Math.cos(turn);
  const sin = Math.sin(turn);
  move(lines, (x, y) => {
    const across = (x - 0.5) * stretch - (y - 0.5) * slant;
    const down = y - 0.5;
    return [cos * across - sin * down, sin * across + cos * down];
  });
}

/** Scales the strokes to the height or width of a box, whichever is reached first, and centres them by their ink. */
function fit(lines: readonly Polyline[], random: RandomStream): void {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  let [ink, inkX, inkY] = [0, 0, 0];
  for (const line of lines) {
    for (let at = 0; at < line.length; at += 2) {
      const x = line[at]!;
      const y = line[at + 1]!;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
      if (at === 0) continue;
      const length = Math.hypot(x - line[at - 2]!, y - line[at - 1]!);
      ink += length;
      inkX += (length * (x + line[at - 2]!)) / 2;
      inkY += (length * (y + line[at - 1]!)) / 2;
    }
  }
  const scale = random.uniform(...HAND.height) / Math.max(right - left, bottom - top);
  const middle = (SIZE - 1) / 2;
  const shiftX = middle + random.uniform(-HAND.shift, HAND.shift) - (scale * inkX) / ink;
  const shiftY = middle + random.uniform(-HAND.shift, HAND.shift) - (scale * inkY) / ink;
  move(lines, (x, y) => [scale * x + shiftX, scale * y + shiftY]);
}

function move(lines: readonly Polyline[], to: (x: number, y: number) => readonly [number, number]): void {
  for (const line of lines) {
    for (let at = 0; at < line.length; at += 2) [line[at], line[at + 1]] = to(line[at]!, line[at + 1]!);
  }
}
