// What idfd and cidfd do around the loop: check the images, train, export the encoder.
import type { Encoder, Features, Images, TrainingLog } from '../../artifacts/artifact.ts';
import { exportEncoder } from '../../engine/train/export-encoder.ts';
import { embedImages, type FrozenEncoder } from '../../engine/train/frozen-encoder.ts';
import { trainInstance } from '../../engine/train/train-instance.ts';
import { StageError, type StageContext } from '../../stage/stage.ts';
import { trainingOptions, type SharedParameters } from './instance-parameters.ts';
import { trainingHooks } from './training-hooks.ts';

export interface Trained {
  readonly encoder: Encoder;
  readonly features: Features;
  readonly log: TrainingLog;
}

export async function trainEncoder<P extends SharedParameters>(
  context: Pick<
    StageContext<P>,
    'parameters' | 'checkpoints' | 'compiledSteps' | 'progress' | 'signal' | 'engine' | 'threads'
  >,
  method: string,
  images: Images,
  temperature: number,
  discard?: { readonly encoder: FrozenEncoder; readonly temperature: number },
): Promise<Trained> {
  const { parameters, signal, engine, threads } = context;
  if (images.count < 2)
    throw new StageError(
      `there is nothing to tell apart in ${images.count} image${images.count === 1 ? '' : 's'}`,
      'give at least two',
    );

  const { encoder, values, features, series } = await trainInstance(
    images,
    trainingOptions(parameters, temperature),
    discard,
    await trainingHooks(context, Math.min(parameters.batch, images.count)),
  );

  const { height, width, channels } = images;
  const { dimension, epochs } = parameters;
  const onnx = exportEncoder(encoder, [height, width, channels], values, `${method} encoder trained by pipe`);
  const trained: Encoder = { onnx, height, width, channels, dimension };
  return {
    encoder: trained,
    features: {
      count: images.count,
      dimension,
      data:
        parameters.features_from === 'bank'
          ? features
          : await embedImages(trained, images, { engine, threads }, signal),
    },
    log: { method, epochs, series },
  };
}
