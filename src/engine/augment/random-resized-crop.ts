// Random resized crop: a box of random area and aspect, resized to the size that is wanted (Szegedy et al. 2015; docs/methods.md §3.1).
import type { RandomStream } from '../../random/random.ts';
import { clipByValue } from '../tensor.ts';
import { numberOf } from './planes.ts';
import type { ImageShape, Primitive } from './primitive.ts';
import { resample, resizeWeights, type Filter } from './resample.ts';

export interface RandomResizedCrop {
  readonly kind: 'random-resized-crop';
  /** Smallest and largest area of the box, as a share of the image. */
  readonly scale: readonly [number, number];
  /** Smallest and largest width over height. */
  readonly ratio: readonly [number, number];
  readonly filter: Filter;
}

/** Top, left, height, width; whole pixels. */
export type Box = readonly [top: number, left: number, height: number, width: number];

const TRIES = 10;

/** A box inside height × width. Where ten draws do not fit, the largest central one whose aspect is allowed. */
export function drawBox(random: RandomStream, [height, width]: ImageShape, options: RandomResizedCrop): Box {
  const [narrowest, widest] = options.ratio;
  for (let tried = 0; tried < TRIES; tried += 1) {
    const area = random.uniform(...options.scale) * height * width;
    const ratio = Math.exp(random.uniform(Math.log(narrowest), Math.log(widest)));
    const boxWidth = Math.round(Math.sqrt(area * ratio));
    const boxHeight = Math.round(Math.sqrt(area / ratio));
    if (boxWidth < 1 || boxWidth > width || boxHeight < 1 || boxHeight > height) continue;
    return [random.integer(height - boxHeight + 1), random.integer(width - boxWidth + 1), boxHeight, boxWidth];
  }
  const boxWidth = Math.max(1, Math.min(width, Math.round(height * widest)));
  const boxHeight = Math.max(1, Math.min(height, Math.round(width / narrowest)));
  return [Math.floor((height - boxHeight) / 2), Math.floor((width - boxWidth) / 2), boxHeight, boxWidth];
}

/** Gives images of the size `to` [height, width], with the channels of the input. */
export function randomResizedCrop(
  options: RandomResizedCrop,
  input: ImageShape,
  to: readonly [number, number],
): Primitive {
  const [height, width, channels] = input;
  return {
    output: [...to, channels],
    numbers: 4,
    draw: (random, into) => into.set(drawBox(random, input, options)),
    apply(images, numbers) {
      const [top, left, boxHeight, boxWidth] = [0, 1, 2, 3].map((index) => numberOf(numbers, index, 3));
      const resized = resample(
        images,
        resizeWeights(top!, boxHeight!, { axis: 'rows', from: height, to: to[0] }, options.filter),
        resizeWeights(left!, boxWidth!, { axis: 'columns', from: width, to: to[1] }, options.filter),
      );
      // A cubic filter overshoots.
      return options.filter === 'bicubic' ? clipByValue(resized, 0, 1) : resized;
    },
  };
}
