// Features of images by a trained encoder, as they are.
import type { Encoder, Images } from '../../artifacts/artifact.ts';
import { embedImages } from '../../engine/train/frozen-encoder.ts';
import { implementStage, type StageContext } from '../../stage/stage.ts';
import { onEngine } from './on-engine.ts';

export const embed = implementStage({
  parameters: { type: 'object', properties: {}, additionalProperties: false },
  outputs: { features: 'Features' },
  async run(context: StageContext<object, { readonly encoder: Encoder; readonly images: Images }>) {
    const { encoder, images } = context.inputs;
    const data = await onEngine(() => embedImages(encoder, images, context, context.signal));
    return { features: { count: images.count, dimension: encoder.dimension, data } };
  },
});
