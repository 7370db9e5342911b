// A trained encoder, run from its ONNX model: on views while another trains against it, or on whole sets of images.
import { startingAt } from '../lower/starting-at.ts';
import { engineNamed } from '../runtime/engines.ts';
import { Session } from '../runtime/session.ts';
import { VIEWS } from './export-encoder.ts';
import type { ImageSet } from './image-set.ts';

/** Images whose features are computed together. */
const EMBED_AT_ONCE = 256;

/** A model as {@link exportEncoder} writes it, and its sizes. */
export interface EncoderModel {
  readonly onnx: Uint8Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly dimension: number;
}

export interface EncoderEngine {
  readonly engine: string;
  readonly threads: number;
}

/** The model runs where the engine has stored models run: always on ONNX Runtime. */
const sessionOf = (onnx: Uint8Array, { engine, threads }: EncoderEngine): Promise<Session> =>
  Session.create(onnx, { provider: engineNamed(engine).modelsOn, threads });

/** Features of views, which are no longer 8-bit images: the model without its preprocessing. */
export class FrozenEncoder {
  readonly #session: Session;
  readonly #image: readonly [number, number, number];
  readonly dimension: number;

  private constructor(session: Session, image: readonly [number, number, number], dimension: number) {
    this.#session = session;
    this.#image = image;
    this.dimension = dimension;
  }

  static async load(model: EncoderModel, engine: EncoderEngine): Promise<FrozenEncoder> {
    const { height, width, channels } = model;
    const views = startingAt(model.onnx, {
      name: VIEWS,
      type: 'float32',
      shape: ['batch', height, width, channels],
    });
    return new FrozenEncoder(await sessionOf(views, engine), [height, width, channels], model.dimension);
  }

  /** Features [batch, d] of images [batch, H, W, C] in 0..1. */
  async embed(images: Float32Array): Promise<Float32Array> {
    const [height, width, channels] = this.#image;
    const batch = images.length / (height * width * channels);
    const { features } = await this.#session.run({
      [VIEWS]: { data: images, shape: [batch, height, width, channels] },
    });
    return features!.data as Float32Array;
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}

/** Features [count, d] of a set of images as they are, a few at a time. Stops between them when `signal` is aborted. */
export async function embedImages(
  model: EncoderModel,
  { count, height, width, channels, data }: ImageSet,
  engine: EncoderEngine,
  signal: AbortSignal,
): Promise<Float32Array> {
  const session = await sessionOf(model.onnx, engine);
  try {
    const all = new Float32Array(count * model.dimension);
    const size = height * width * channels;
    for (let first = 0; first < count; first += EMBED_AT_ONCE) {
      signal.throwIfAborted();
      const batch = Math.min(EMBED_AT_ONCE, count - first);
      const images = {
        data: data.subarray(first * size, (first + batch) * size),
        shape: [batch, height, width, channels],
      };
      const { features } = await session.run({ images });
      all.set(features!.data, first * model.dimension);
    }
    return all;
  } finally {
    await session.close();
  }
}
