// So many operations on 8-bit images, drawn with replacement, each with a magnitude of its own (docs/methods.md §3.1): the strong augmentation of
// SCAN, TCL and SPICE.
import { RandomStream, type RandomKey } from '../../random/random.ts';
import { pixelOperations, type PixelOperation, type PixelOperationName, type Pixels } from './pixel-operations.ts';
import type { ImageShape } from './primitive.ts';

export interface RandomOperations {
  /** How many are applied, one after the other. */
  readonly count: number;
}

export interface DrawnOperation {
  readonly name: PixelOperationName;
  readonly magnitude: number;
}

const NAMES = Object.keys(pixelOperations) as PixelOperationName[];

/** What one image gets. The same numbers are drawn whichever operation it is. */
export function drawOperations(random: RandomStream, { count }: RandomOperations): readonly DrawnOperation[] {
  return Array.from({ length: count }, () => {
    const name = NAMES[random.integer(NAMES.length)]!;
    const [share, turned] = [random.uniform(), random.uniform() < 0.5];
    const { range = [0, 0], signed = false }: PixelOperation = pixelOperations[name];
    const magnitude = range[0] + share * (range[1] - range[0]);
    return { name, magnitude: signed && turned ? -magnitude : magnitude };
  });
}

/** A new image; it depends on the image and the key alone. */
export function applyRandomOperations(
  pixels: Pixels,
  shape: ImageShape,
  settings: RandomOperations,
  key: RandomKey,
): Pixels {
  return drawOperations(new RandomStream(key), settings).reduce(
    (image, { name, magnitude }) => pixelOperations[name].apply(image, shape, magnitude),
    pixels,
  );
}
