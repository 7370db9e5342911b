// A network that others trained, in an ONNX file, as a frozen encoder.
import { NORMALISATIONS } from '../../engine/augment/normalisation.ts';
import { embedImages } from '../../engine/train/frozen-encoder.ts';
import { importEncoder } from '../../engine/train/import-encoder.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';
import { needFile } from './pretrained-file.ts';
import { onEngine } from './on-engine.ts';

interface PretrainedParameters {
  readonly file: string;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly dimension: number;
  readonly layout: 'nchw' | 'nhwc';
  readonly range: 'unit' | 'bytes';
  readonly normalisation: 'none' | keyof typeof NORMALISATIONS;
  readonly result: string | null;
}

const size = { type: 'integer', minimum: 1, maximum: 4096 };

/** Images that the network is tried on: more than one, so that a fixed batch is noticed. */
const TRIED = 3;

export const pretrained = implementStage({
  parameters: {
    type: 'object',
    properties: {
      file: { type: 'string' },
      ...{ height: size, width: size, channels: { type: 'integer', minimum: 1, maximum: 16 } },
      dimension: { type: 'integer', minimum: 1, maximum: 65536 },
      layout: { enum: ['nchw', 'nhwc'] },
      range: { enum: ['unit', 'bytes'] },
      normalisation: { enum: ['none', ...Object.keys(NORMALISATIONS)] },
      result: { type: ['string', 'null'] },
    },
    required: ['file', 'height', 'width', 'channels', 'dimension', 'layout', 'range', 'normalisation', 'result'],
    additionalProperties: false,
  },
  outputs: { encoder: 'Encoder' },
  async run(context: StageContext<PretrainedParameters, object>) {
    const { file, height, width, channels, dimension, layout, range, normalisation, result } = context.parameters;
    const constants = normalisation === 'none' ? undefined : NORMALISATIONS[normalisation];
    const bytes = await needFile(file, context.dataFolder);
    return onEngine(async () => {
      const onnx = importEncoder(bytes, {
        ...{ image: [height, width, channels], dimension, layout, range, normalisation: constants },
        output: result ?? undefined,
      });
      const encoder = { onnx, height, width, channels, dimension };
      await tryEncoder(encoder, context);
      return { encoder };
    });
  },
});

/** Runs it once: whether it loads, and gives so many finite numbers an image. */
async function tryEncoder(
  encoder: Parameters<typeof embedImages>[0],
  context: StageContext<PretrainedParameters, object>,
): Promise<void> {
  const { height, width, channels } = encoder;
  const data = Uint8Array.from({ length: TRIED * height * width * channels }, (_, at) => (at * 37) % 256);
  const features = await embedImages(
    encoder,
    { count: TRIED, height, width, channels, data },
    { engine: 'cpu', threads: context.threads },
    context.signal,
  ).catch((error: unknown) => {
    context.signal.throwIfAborted();
    throw new StageError(
      `${context.parameters.file} does not run as an encoder of ${height}×${width}×${channels} images: ${error instanceof Error ? error.message : String(error)}`,
      'Say height, width, channels, layout and dimension as the network has them.',
    );
  });
  if (!features.every(Number.isFinite))
    throw new StageError(
      `${context.parameters.file} gives numbers that are not finite`,
      'Say range and normalisation as the network takes them.',
    );
}
