// What both training stages do around the loop: check the images, continue from a checkpoint, report progress, export the encoder.
import { readSafetensors, safetensorsParts } from '../../artifacts/safetensors.ts';
import type { Encoder, Features, Images, TrainingLog } from '../../artifacts/artifact.ts';
import { exportEncoder } from '../../engine/train/export-encoder.ts';
import { embedImages, type FrozenEncoder } from '../../engine/train/frozen-encoder.ts';
import { trainInstance } from '../../engine/train/train-instance.ts';
import type { TrainingSnapshot } from '../../engine/train/training-loop.ts';
import { StageError, type StageContext } from '../../stage/stage.ts';
import { trainingOptions, type SharedParameters } from './instance-parameters.ts';

/** Seconds over which the shown speed is averaged. */
const RATE_OVER = 3;

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
  const { parameters, checkpoints, compiledSteps, progress, signal, engine, threads } = context;
  if (parameters.crop_min > parameters.crop_max)
    throw new StageError(`crop_min is ${parameters.crop_min}, more than crop_max, ${parameters.crop_max}`);
  if (images.count < 2)
    throw new StageError(
      `there is nothing to tell apart in ${images.count} image${images.count === 1 ? '' : 's'}`,
      'give at least two',
    );

  const stored = await checkpoints.load();
  const resume = stored === undefined ? undefined : readSnapshot(stored);
  const batch = Math.min(parameters.batch, images.count);
  let lastShown = { time: performance.now(), step: resume?.step ?? 0 };
  let rate: number | undefined;

  const { encoder, values, features, series } = await trainInstance(
    images,
    trainingOptions(parameters, temperature),
    discard,
    {
      engine,
      threads,
      cache: compiledSteps,
      signal,
      ...(resume === undefined ? {} : { resume }),
      onStep({ step, steps, stepsPerEpoch, loss }) {
        const now = performance.now();
        if (now - lastShown.time < 250 && step < steps) return;
        const measured = ((step - lastShown.step) * batch) / ((now - lastShown.time) / 1000);
        const share = Math.min(1, (now - lastShown.time) / 1000 / RATE_OVER);
        rate = rate === undefined ? measured : rate * (1 - share) + measured * share;
        lastShown = { time: now, step };
        progress({
          done: step / stepsPerEpoch,
          total: steps / stepsPerEpoch,
          unit: 'epochs',
          loss,
          rate,
          rateUnit: 'images',
        });
      },
      wantsSnapshot: () => checkpoints.due(),
      async onSnapshot(snapshot) {
        await checkpoints.save(writeSnapshot(snapshot));
      },
    },
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

function writeSnapshot({ step, tensors, series, sums }: TrainingSnapshot): readonly Uint8Array[] {
  return safetensorsParts({
    tensors: Object.fromEntries(Object.entries(tensors).map(([name, data]) => [name, { shape: [data.length], data }])),
    metadata: { state: JSON.stringify({ step, series, sums }) },
  });
}

function readSnapshot(bytes: Uint8Array): TrainingSnapshot {
  const { tensors, metadata } = readSafetensors(bytes);
  const { step, series, sums } = JSON.parse(metadata.state!) as Omit<TrainingSnapshot, 'tensors'>;
  return {
    step,
    series,
    sums,
    tensors: Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, data as Float32Array])),
  };
}
