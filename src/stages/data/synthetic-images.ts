// Images of any shape in any number of classes, drawn from a seed: what a pipeline is tried on where its data set is not at hand. In: sizes and a seed;
// out: images and labels. A class is a smooth pattern of colours; an image is it, moved a little, brighter or darker, under noise, so that
// classes lie far apart whatever the method, and no accuracy on it means anything.
import type { Images } from '../../artifacts/artifact.ts';
import { foldIn, randomKey, RandomStream, type RandomKey } from '../../random/random.ts';
import { implementStage, type StageContext } from '../../stage/stage.ts';
import { yieldTurn } from '../yield-turn.ts';
import { checkSizes } from './write-dataset.ts';

export interface SyntheticImagesParameters {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly classes: number;
  readonly seed: number;
}

/** Knots of a pattern along a side. */
const KNOTS = 5;
/** Largest shift, as a share of a side; how far brightness and contrast go; half the width of the noise, in levels. */
const SHIFT = 0.04;
const BRIGHTNESS = 16;
const CONTRAST = 0.15;
const NOISE = 12;

const side = { type: 'integer', minimum: 1, maximum: 4096 };

export const syntheticImages = implementStage({
  parameters: {
    type: 'object',
    properties: {
      count: { type: 'integer', minimum: 1, maximum: 10_000_000 },
      height: side,
      width: side,
      channels: { type: 'integer', minimum: 1, maximum: 16 },
      classes: { type: 'integer', minimum: 1, maximum: 100_000 },
      seed: { type: 'integer' },
    },
    required: ['count', 'height', 'width', 'channels', 'classes', 'seed'],
    additionalProperties: false,
  },
  outputs: { images: 'Images', labels: 'Labels' },
  async run(context: StageContext<SyntheticImagesParameters, object>) {
    const { count, height, width, channels, classes, seed } = context.parameters;
    checkSizes('synthetic_images', { count, height, width, channels });
    const key = randomKey(seed, 'synthetic');
    const size = height * width * channels;
    const data = new Uint8Array(count * size);
    const values = new Int32Array(count);
    let order: Int32Array | undefined;
    for (let index = 0; index < count; index += 1) {
      if (index % 16 === 0) {
        context.progress({ done: index, total: count, unit: 'images' });
        await yieldTurn(context.signal);
      }
      // Each run of as many images as there are classes holds every class once, in an order of its own.
      if (order === undefined || index % classes === 0)
        order = new RandomStream(foldIn(foldIn(key, 'labels'), Math.floor(index / classes))).permutation(classes);
      values[index] = order[index % classes]!;
      const pattern = patternOf(key, values[index]!, channels);
      draw(
        pattern,
        new RandomStream(foldIn(foldIn(key, 'images'), index)),
        context.parameters,
        data.subarray(index * size),
      );
    }
    context.progress({ done: count, total: count, unit: 'images' });
    const images: Images = { count, height, width, channels, data };
    return { images, labels: { values, names: Array.from({ length: classes }, (_, label) => `class ${label}`) } };
  },
});

/** KNOTS × KNOTS × channels levels. */
function patternOf(key: RandomKey, label: number, channels: number): Float64Array {
  const random = new RandomStream(foldIn(foldIn(key, 'patterns'), label));
  return Float64Array.from({ length: KNOTS * KNOTS * channels }, () => random.uniform(16, 240));
}

function draw(
  pattern: Float64Array,
  random: RandomStream,
  { height, width, channels }: SyntheticImagesParameters,
  pixels: Uint8Array,
): void {
  const [shiftY, shiftX] = [random.uniform(-SHIFT, SHIFT), random.uniform(-SHIFT, SHIFT)];
  const contrast = random.uniform(1 - CONTRAST, 1 + CONTRAST);
  const brightness = random.uniform(-BRIGHTNESS, BRIGHTNESS);
  let noise = 0;
  let left = 0;
  let at = 0;
  for (let row = 0; row < height; row += 1) {
    const [above, down] = placeOf((row + 0.5) / height + shiftY);
    for (let column = 0; column < width; column += 1) {
      const [before, along] = placeOf((column + 0.5) / width + shiftX);
      const corner = (above * KNOTS + before) * channels;
      for (let channel = 0; channel < channels; channel += 1) {
        const from = corner + channel;
        const top = pattern[from]! * (1 - along) + pattern[from + channels]! * along;
        const bottom =
          pattern[from + KNOTS * channels]! * (1 - along) + pattern[from + (KNOTS + 1) * channels]! * along;
        // One draw gives the noise of four values.
        if (left === 0) {
          noise = random.bits();
          left = 4;
        }
        const level = (top * (1 - down) + bottom * down - 128) * contrast + 128 + brightness;
        const shaken = level + ((noise & 255) / 255 - 0.5) * 2 * NOISE;
        noise >>>= 8;
        left -= 1;
        pixels[at] = Math.round(Math.min(255, Math.max(0, shaken)));
        at += 1;
      }
    }
  }
}

/** Between which knots a place in 0..1 lies, and how far from the first. */
function placeOf(place: number): readonly [knot: number, share: number] {
  const along = Math.min(1, Math.max(0, place)) * (KNOTS - 1);
  const knot = Math.min(KNOTS - 2, Math.floor(along));
  return [knot, along - knot];
}
