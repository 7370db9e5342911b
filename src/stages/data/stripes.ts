// Striped images in four directions, the background of Stripe MNIST. In: ranges for period, duty and intensity; out: images and directions.
// The cIDFD paper leaves the generator open; this one gave its accuracies (docs/methods.md §1.3):
// with u = cosθ·row + sinθ·col and q = (u + φ) mod p, a pixel is I·clip(t·p/2 − |q − p/2| + 1/2, 0, 1).
import { foldIn, randomKey, RandomStream } from '../../random/random.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';
import { drawImages } from './draw-images.ts';

export interface StripesParameters {
  readonly count: number;
  readonly size: number;
  readonly period_min: number;
  readonly period_max: number;
  readonly duty_min: number;
  readonly duty_max: number;
  readonly intensity_min: number;
  readonly intensity_max: number;
  readonly seed: number;
  readonly stream: number;
}

interface Direction {
  readonly name: string;
  readonly cos: number;
  readonly sin: number;
}

/** By label. θ is 0°, 90°, 45°, 135°; rows are counted downwards. */
const DIRECTIONS: readonly Direction[] = [
  { name: 'horizontal', cos: 1, sin: 0 },
  { name: 'vertical', cos: 0, sin: 1 },
  { name: 'rising diagonal', cos: Math.SQRT1_2, sin: Math.SQRT1_2 },
  { name: 'falling diagonal', cos: -Math.SQRT1_2, sin: Math.SQRT1_2 },
];

const unit = { type: 'number', minimum: 0, maximum: 1 };

export const stripes = implementStage({
  parameters: {
    type: 'object',
    properties: {
      count: { type: 'integer', minimum: 1, maximum: 10_000_000 },
      size: { type: 'integer', minimum: 8, maximum: 1024 },
      period_min: { type: 'number', exclusiveMinimum: 0 },
      period_max: { type: 'number', exclusiveMinimum: 0 },
      duty_min: unit,
      duty_max: unit,
      intensity_min: unit,
      intensity_max: unit,
      seed: { type: 'integer' },
      stream: { type: 'integer', minimum: 0 },
    },
    required: [
      'count',
      'size',
      'period_min',
      'period_max',
      'duty_min',
      'duty_max',
      'intensity_min',
      'intensity_max',
      'seed',
      'stream',
    ],
    additionalProperties: false,
  },
  outputs: { images: 'Images', labels: 'Labels' },
  async run(context: StageContext<StripesParameters, object>) {
    const { count, size, seed, stream } = context.parameters;
    checkRanges(context.parameters);
    // The key of an image holds its index, never the count: a longer set starts with the shorter one.
    const key = randomKey(seed, 'stripes', stream);
    const values = new Int32Array(count);
    const images = await drawImages(context, { count, height: size, width: size }, (index, pixels) => {
      values[index] = drawStripes(new RandomStream(foldIn(key, index)), context.parameters, pixels);
    });
    return { images, labels: { values, names: DIRECTIONS.map(({ name }) => name) } };
  },
});

/** Fills size × size pixels and returns the label. */
function drawStripes(random: RandomStream, parameters: StripesParameters, pixels: Uint8Array): number {
  const { size, period_min, period_max, duty_min, duty_max, intensity_min, intensity_max } = parameters;
  const label = random.integer(DIRECTIONS.length);
  const { cos, sin } = DIRECTIONS[label]!;
  const period = random.uniform(period_min, period_max);
  const phase = random.uniform() * period;
  const duty = random.uniform(duty_min, duty_max);
  const intensity = random.uniform(intensity_min, intensity_max);
  let at = 0;
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const along = cos * row + sin * column + phase;
      const q = along - Math.floor(along / period) * period;
      const edge = (duty * period) / 2 - Math.abs(q - period / 2) + 0.5;
      pixels[at] = Math.round(255 * intensity * Math.min(Math.max(edge, 0), 1));
      at += 1;
    }
  }
  return label;
}

function checkRanges(parameters: StripesParameters): void {
  for (const name of ['period', 'duty', 'intensity'] as const) {
    const [low, high] = [parameters[`${name}_min`], parameters[`${name}_max`]];
    if (low > high) {
      throw new StageError(
        `stripes: ${name}_min is ${low}, more than ${name}_max, which is ${high}`,
        'swap the two, or set them equal',
      );
    }
  }
}
