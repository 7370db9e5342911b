// Brightness, then contrast about the mean of the view, all channels together; clipped after each (docs/methods.md §3.1).
import { add, clipByValue, mean, mul, sub, type Tensor4D } from '../tensor.ts';
import { numberOf } from './planes.ts';
import type { ImageShape, Primitive } from './primitive.ts';

export interface BrightnessContrast {
  readonly kind: 'brightness-contrast';
  /** Factors are uniform in 1 ± this. */
  readonly brightness: number;
  readonly contrast: number;
}

/** An image's numbers: the two factors. */
export function brightnessContrast(options: BrightnessContrast, input: ImageShape): Primitive {
  return {
    output: input,
    numbers: 2,
    draw(random, into) {
      into[0] = random.uniform(1 - options.brightness, 1 + options.brightness);
      into[1] = random.uniform(1 - options.contrast, 1 + options.contrast);
    },
    apply(images, numbers) {
      const bright = clipByValue(mul(images, numberOf(numbers, 0, 4)), 0, 1);
      const middle = mean(bright, [1, 2, 3], true);
      return clipByValue<Tensor4D>(add(mul(sub(bright, middle), numberOf(numbers, 1, 4)), middle), 0, 1);
    },
  };
}
