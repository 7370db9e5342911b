// Where the two views of a training step come from: images, whose views the step makes itself; images seen by a frozen encoder; rows of features.
// In: a set and how views are drawn; out: what a step reads for the rows of a batch. A view depends on (key, epoch, row) alone.
import { foldIn, RandomStream, type RandomKey } from '../../random/random.ts';
import type { Normalisation } from '../augment/normalisation.ts';
import { fitRecipe, type Augmentation, type Recipe } from '../augment/recipe.ts';
import type { FeatureRows } from '../cluster/points.ts';
import { compileStep } from '../runtime/compile.ts';
import type { TensorData } from '../runtime/session.ts';
import type { FrozenEncoder } from './frozen-encoder.ts';
import { gatherViews } from './gather-views.ts';
import type { ImageSet } from './image-set.ts';
import type { StepAt, TrainingHooks } from './training-loop.ts';

export interface ViewSource {
  /** Rows to train on. */
  readonly count: number;
  /** Shape of one view, as a network reads it. */
  readonly shape: readonly number[];
  /** Makes the views inside the step. Without it the step reads `first` and `second`. */
  readonly augmentation?: Augmentation;
  inputs(at: Pick<StepAt, 'epoch' | 'rows'>): Promise<Readonly<Record<string, TensorData>>>;
  close(): Promise<void>;
}

const imageShape = ({ height, width, channels }: ImageSet) => [height, width, channels] as const;

/** Images and the numbers of two views of each: the step makes the views. Where a recipe changes bytes, the second view has images of its own. */
export function imageViews(
  images: ImageSet,
  recipe: Recipe,
  normalisation: Normalisation | undefined,
  key: RandomKey,
  batch: number,
): ViewSource {
  const shape = imageShape(images);
  const augmentation = fitRecipe(recipe, shape, normalisation);
  const { operations, numbers } = augmentation;
  const [plain, others] = [0, 1].map(() => new Float32Array(batch * shape[0] * shape[1] * shape[2]));
  return {
    ...{ count: images.count, shape, augmentation },
    async inputs({ epoch, rows }) {
      const [first, second] = viewKeys(key, epoch);
      gatherViews(plain!, images, rows, operations, first);
      const inputs: Record<string, TensorData> = { images: { data: plain!, shape: [batch, ...shape] } };
      if (operations !== undefined) {
        gatherViews(others!, images, rows, operations, second);
        inputs.second_images = { data: others!, shape: [batch, ...shape] };
      }
      if (numbers > 0) {
        inputs.first_numbers = { data: augmentation.draw(first, rows), shape: [batch, numbers] };
        inputs.second_numbers = { data: augmentation.draw(second, rows), shape: [batch, numbers] };
      }
      return inputs;
    },
    async close() {},
  };
}

/** The keys of the two views of an epoch. */
const viewKeys = (key: RandomKey, epoch: number): readonly [RandomKey, RandomKey] => [
  foldIn(foldIn(key, 'first views'), epoch),
  foldIn(foldIn(key, 'second views'), epoch),
];

/** Features that a frozen encoder gives of two views of each image; the views are made before the step. */
export async function frozenViews(
  images: ImageSet,
  encoder: FrozenEncoder,
  recipe: Recipe,
  key: RandomKey,
  batch: number,
  { engine, threads, cache }: Pick<TrainingHooks, 'engine' | 'threads' | 'cache'>,
): Promise<ViewSource> {
  const image = imageShape(images);
  const augmentation = fitRecipe(recipe, image);
  const views = await compileStep(
    (inputs) => ({ images: augmentation.apply(inputs) }),
    { images: { shape: [batch, ...image], dtype: 'float32' }, ...augmentation.signature(batch) },
    { name: 'views', engine, threads, ...(cache === undefined ? {} : { cache }) },
  );
  const plain = new Float32Array(batch * image[0] * image[1] * image[2]);
  const featuresOf = async (drawn: RandomKey, rows: Int32Array): Promise<TensorData> => {
    gatherViews(plain, images, rows, augmentation.operations, drawn);
    const inputs: Record<string, TensorData> = { images: { data: plain, shape: [batch, ...image] } };
    if (augmentation.numbers > 0)
      inputs.numbers = { data: augmentation.draw(drawn, rows), shape: [batch, augmentation.numbers] };
    const view = (await views.run(inputs)).images!.data as Float32Array;
    return { data: await encoder.embed(view), shape: [batch, encoder.dimension] };
  };
  return {
    ...{ count: images.count, shape: [encoder.dimension] },
    async inputs({ epoch, rows }) {
      const [first, second] = viewKeys(key, epoch);
      return { first: await featuresOf(first, rows), second: await featuresOf(second, rows) };
    },
    close: () => views.close(),
  };
}

/**
 * Rows of features, each view with normal noise of its own whose deviation is `noise` times the root mean square of all values; 0: the rows as they are,
 * twice.
 */
export function rowViews({ count, dimension, data }: FeatureRows, noise: number, key: RandomKey): ViewSource {
  let squares = 0;
  for (const value of data) squares += value * value;
  const deviation = noise * Math.sqrt(squares / data.length);
  return {
    ...{ count, shape: [dimension] },
    async inputs({ epoch, rows }) {
      const view = (drawn: RandomKey): TensorData => {
        const values = new Float32Array(rows.length * dimension);
        rows.forEach((row, slot) => {
          const random = new RandomStream(foldIn(drawn, row));
          for (let d = 0; d < dimension; d += 1)
            values[slot * dimension + d] =
              data[row * dimension + d]! + (deviation === 0 ? 0 : deviation * random.normal());
        });
        return { data: values, shape: [rows.length, dimension] };
      };
      const [first, second] = viewKeys(key, epoch);
      return { first: view(first), second: view(second) };
    },
    async close() {},
  };
}
