// Colour jitter: brightness, contrast, saturation and hue, each by a random amount, in a random order (docs/methods.md §3.1).
// The first three are all x' = clip(a·x + b·grey(x) + c·mean(grey(x))), so a random order is a list of rounds whose (a, b, c) each image has
// of its own. Hue has a place of its own in the middle: an image does in the rounds before it what comes before its hue, and what
// comes after in those after; rounds that it does not need are (1, 0, 0), which changes nothing.
import type { RandomStream } from '../../random/random.ts';
import * as tf from '../tensor.ts';
import type { Tensor2D, Tensor4D } from '../tensor.ts';
import { EngineError } from '../engine-error.ts';
import { rotateHue } from './hue.ts';
import { fromPlanes, GREY_WEIGHTS, mixWithGrey, numberOf, toPlanes } from './planes.ts';
import type { ImageShape, Primitive } from './primitive.ts';

export interface ColourJitter {
  readonly kind: 'colour-jitter';
  /** Of the whole of it; else the image stays as it is. */
  readonly probability: number;
  /** Factors are uniform in max(0, 1 − this) to 1 + this. */
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
  /** Largest turn of the hue either way, as a share of a full turn. */
  readonly hue: number;
}

type Operation = 'brightness' | 'contrast' | 'saturation' | 'hue';
const OPERATIONS: readonly Operation[] = ['brightness', 'contrast', 'saturation', 'hue'];

/** Shares of the image, of its grey, and of its mean grey, in what a round gives. */
type Round = readonly [own: number, grey: number, mean: number];
const UNCHANGED: Round = [1, 0, 0];

/** An image's numbers: three for each round; where hue is turned, last by how much. */
export function colourJitter(options: ColourJitter, input: ImageShape): Primitive {
  const channels = input[2];
  if (channels !== 1 && channels !== 3)
    throw new EngineError(
      `colour jitter wants images of 1 or 3 channels, these have ${channels}`,
      'Choose an augmentation without it, such as "affine".',
    );
  // On images of one channel saturation and hue change nothing.
  const operations = OPERATIONS.filter(
    (operation) => options[operation] > 0 && (channels === 3 || operation === 'brightness' || operation === 'contrast'),
  );
  const withHue = operations.includes('hue');
  const before = operations.length - (withHue ? 1 : 0);
  const rounds = withHue ? 2 * before : before;
  return {
    output: input,
    numbers: Math.max(1, 3 * rounds + (withHue ? 1 : 0)),
    draw(random, into) {
      const drawn = drawJitter(random, options);
      const list: Round[] = [];
      for (const operation of drawn.order) {
        if (operation === 'hue') while (withHue && list.length < before) list.push(UNCHANGED);
        else if (operations.includes(operation)) list.push(roundOf(operation, drawn.amounts[operation]));
      }
      while (list.length < rounds) list.push(UNCHANGED);
      into.set(list.flat());
      if (withHue) into[3 * rounds] = drawn.amounts.hue;
    },
    apply(images, numbers) {
      let planes = toPlanes(images);
      for (let index = 0; index < before; index += 1) planes = mixColours(planes, numbers, 3 * index);
      if (!withHue) return fromPlanes(planes);
      planes = rotateHue(planes, numberOf(numbers, 3 * rounds, 4));
      for (let index = before; index < rounds; index += 1) planes = mixColours(planes, numbers, 3 * index);
      return fromPlanes(planes);
    },
  };
}

export interface DrawnJitter {
  readonly order: readonly Operation[];
  readonly amounts: Readonly<Record<Operation, number>>;
}

/** What one image gets. The same numbers are drawn whatever the strengths, so that one strength does not move the others. */
export function drawJitter(random: RandomStream, options: ColourJitter): DrawnJitter {
  const chosen = random.uniform() < options.probability;
  const factor = (strength: number): number => {
    const drawn = random.uniform(Math.max(0, 1 - strength), 1 + strength);
    return chosen ? drawn : 1;
  };
  const amounts = {
    brightness: factor(options.brightness),
    contrast: factor(options.contrast),
    saturation: factor(options.saturation),
    hue: random.uniform(-options.hue, options.hue) * (chosen ? 1 : 0),
  };
  return { order: Array.from(random.permutation(4), (index) => OPERATIONS[index]!), amounts };
}

/** The round that does one operation. */
export function roundOf(operation: Exclude<Operation, 'hue'>, factor: number): Round {
  switch (operation) {
    case 'brightness':
      return [factor, 0, 0];
    case 'contrast':
      return [factor, 0, 1 - factor];
    case 'saturation':
      return [factor, 1 - factor, 0];
  }
}

/** One round on planes [B, C, H, W], whose three numbers begin at `first`. */
function mixColours(planes: Tensor4D, numbers: Tensor2D, first: number): Tensor4D {
  const [own, grey] = [numberOf(numbers, first, 3), numberOf(numbers, first + 1, 3)];
  const means = tf.mean(planes, [2, 3], true);
  const coloured = planes.shape[1] === 3;
  const mixed = coloured ? mixWithGrey(planes, own, grey) : tf.mul(planes, tf.expandDims(own, 3));
  const middle = coloured ? tf.sum(tf.mul(means, tf.tensor([...GREY_WEIGHTS], [1, 3, 1, 1])), 1, true) : means;
  return tf.clipByValue<Tensor4D>(tf.add(mixed, tf.mul(middle, numberOf(numbers, first + 2, 4))), 0, 1);
}
