// What idfd and cidfd do around the loop: check the images, train, export the encoder.
import type { Encoder, Features, Images, TrainingLog } from '../../artifacts/artifact.ts';
import { exportEncoder } from '../../engine/train/export-encoder.ts';
import { embedImages, type FrozenEncoder } from '../../engine/train/frozen-encoder.ts';
import { trainInstance } from '../../engine/train/train-instance.ts';
import { StageError, type StageContext } from '../../stage/stage.ts';
import { trainingOptions, type InstanceVariant, type SharedParameters } from './instance-parameters.ts';
import { trainingHooks } from './training-hooks.ts';

export interface Trained {
  readonly encoder: Encoder;
  readonly features: Features;
  readonly log: TrainingLog;
}

export async function trainEncoder<P extends SharedParameters>(
  context: Pick<
    StageContext<P>,
    'parameters' | 'warn' | 'checkpoints' | 'compiledSteps' | 'progress' | 'signal' | 'engine' | 'threads'
  >,
  method: string,
  images: Images,
  variant: InstanceVariant,
  discard?: { readonly encoder: FrozenEncoder; readonly temperature: number },
): Promise<Trained> {
  const { parameters, signal, engine, threads } = context;
  if (images.count < 2)
    throw new StageError(
      `there is nothing to tell apart in ${images.count} image${images.count === 1 ? '' : 's'}`,
      'give at least two',
    );

  const { encoder, values, features, series, description } = await trainInstance(
    images,
    trainingOptions(parameters, variant),
    discard,
    await trainingHooks(context, Math.min(parameters.batch, images.count)),
  );

  for (const warning of degenerate(series)) context.warn(warning);
  const { height, width, channels } = images;
  const { dimension, epochs } = parameters;
  const doc = `${method} encoder trained by pipe`;
  const onnx = exportEncoder(encoder, [height, width, channels], values, doc, description);
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

/** Above it the features of two images are one direction and noise. */
const COLLAPSED = 0.9;
/** Below it (docs/methods.md §3.6) images repel others whatever their backgrounds. */
const LEAST_MASS = 0.8;

/** What the last epoch says of features that have collapsed, or weights that do not tell backgrounds apart. */
function degenerate(series: Readonly<Record<string, readonly number[]>>): readonly string[] {
  const [similarity, mass] = [series.similarity?.at(-1) ?? 0, series.weight_mass?.at(-1) ?? 1];
  return [
    ...(similarity > COLLAPSED
      ? [
          `the features have collapsed: in the last epoch two images of a batch had a mean similarity of ${similarity.toPrecision(2)}`,
        ]
      : []),
    ...(mass < LEAST_MASS
      ? [
          `the background weighs little: in the last epoch the quarter of the images with the most similar backgrounds had ${Number((100 * mass).toPrecision(2))} % of the mass, and it should be above ${100 * LEAST_MASS} %; try a smaller tau_xb`,
        ]
      : []),
  ];
}
