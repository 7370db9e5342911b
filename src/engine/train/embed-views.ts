// Features of two random views of each image by a frozen encoder: what training shows a network, once over the set. In: images, encoder, recipe; out: rows.
import { randomKey } from '../../random/random.ts';
import type { Recipe } from '../augment/recipe.ts';
import type { FrozenEncoder } from './frozen-encoder.ts';
import type { ImageSet } from './image-set.ts';
import type { TrainingHooks } from './training-loop.ts';
import { frozenViews } from './view-source.ts';

/** Images whose views are made together. */
const AT_ONCE = 128;

export interface EmbedViewsOptions extends Pick<TrainingHooks, 'engine' | 'threads' | 'cache' | 'signal'> {
  readonly augmentation: Recipe;
  readonly seed: number;
  readonly onProgress?: (imagesDone: number) => void;
}

/** Two arrays [count, d]. The views of an image depend on the seed and its row alone. Stops between two batches when the signal is aborted. */
export async function embedViews(
  images: ImageSet,
  encoder: FrozenEncoder,
  options: EmbedViewsOptions,
): Promise<{ readonly first: Float32Array; readonly second: Float32Array }> {
  const { count } = images;
  const { dimension } = encoder;
  const batch = Math.min(AT_ONCE, count);
  const key = randomKey(options.seed, 'embed views');
  const source = await frozenViews(images, encoder, options.augmentation, key, batch, options);
  try {
    const found = { first: new Float32Array(count * dimension), second: new Float32Array(count * dimension) };
    for (let from = 0; from < count; from += batch) {
      options.signal.throwIfAborted();
      // The last batch is filled up with the first images.
      const rows = Int32Array.from({ length: batch }, (_, slot) => (from + slot) % count);
      const views = await source.inputs({ epoch: 0, rows });
      const length = Math.min(batch, count - from) * dimension;
      for (const which of ['first', 'second'] as const)
        found[which].set((views[which]!.data as Float32Array).subarray(0, length), from * dimension);
      options.onProgress?.(Math.min(from + batch, count));
    }
    return found;
  } finally {
    await source.close();
  }
}
