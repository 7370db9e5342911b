// Features of two random views of each image by a trained encoder (docs/methods.md §6.3), as training made them.
import type { Encoder, Images } from '../../artifacts/artifact.ts';
import { embedViews as featuresOfViews } from '../../engine/train/embed-views.ts';
import { FrozenEncoder } from '../../engine/train/frozen-encoder.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';
import { onEngine } from './on-engine.ts';
import { recipeOf, viewProperties, type ViewParameters } from './view-parameters.ts';

export interface EmbedViewsParameters extends Omit<ViewParameters, 'normalisation'> {
  readonly seed: number;
}

const { normalisation: _, ...views } = viewProperties;
const properties: Readonly<Record<keyof EmbedViewsParameters, object>> = { ...views, seed: { type: 'integer' } };

export const embedViews = implementStage({
  parameters: { type: 'object', properties, required: Object.keys(properties), additionalProperties: false },
  outputs: { first: 'Features', second: 'Features' },
  async run(context: StageContext<EmbedViewsParameters, { readonly encoder: Encoder; readonly images: Images }>) {
    const { parameters, engine, threads, compiledSteps, signal } = context;
    const { encoder, images } = context.inputs;
    if (images.count === 0) throw new StageError('embed_views: there are no images');
    return onEngine(async () => {
      const frozen = await FrozenEncoder.load(encoder, { engine, threads });
      try {
        const { first, second } = await featuresOfViews(images, frozen, {
          ...{ engine, threads, cache: compiledSteps, signal, seed: parameters.seed },
          augmentation: recipeOf({ ...parameters, normalisation: 'none' }),
          onProgress: (done) => context.progress({ done, total: images.count, unit: 'images' }),
        });
        const sizes = { count: images.count, dimension: encoder.dimension };
        return { first: { ...sizes, data: first }, second: { ...sizes, data: second } };
      } finally {
        await frozen.close();
      }
    });
  },
});
