// A trained encoder as an ONNX model: written once, and run by whoever needs its features.
import { encodeModel } from '../lower/onnx-model.ts';
import { lower } from '../lower/lower.ts';
import { simplify } from '../lower/simplify.ts';
import type { Values } from '../nn/initialise.ts';
import type { Module } from '../nn/module.ts';
import { engineNamed } from '../runtime/engines.ts';
import { Session } from '../runtime/session.ts';
import { tensor } from '../tensor.ts';
import { trace } from '../trace/backend.ts';
import { gatherImages, type ImageSet } from './image-set.ts';

/** Images whose features are computed together. */
const EMBED_AT_ONCE = 256;

/**
 * The encoder in evaluation mode: `images` float32 [batch, H, W, C] in 0..1 to `features` float32 [batch, d], weights inside, any batch.
 * The metadata says the sizes, so that a reader needs no runtime.
 */
export function exportEncoder(
  encoder: Module,
  image: readonly [number, number, number],
  values: Values,
  doc: string,
): Uint8Array {
  const [height, width, channels] = image;
  const graph = trace(
    ({ images }) => {
      const variables = Object.fromEntries(
        Object.entries(encoder.variables).map(([name, { shape }]) => [name, tensor(values[name]!, [...shape])]),
      );
      return { features: encoder.apply(variables, images!, 'eval').output };
    },
    { images: { shape: [1, ...image], dtype: 'float32' } },
  );
  const metadata = {
    'pipe.height': String(height),
    'pipe.width': String(width),
    'pipe.channels': String(channels),
    'pipe.dimension': String(encoder.outputShape[0]),
    'pipe.preprocessing': 'float32 NHWC, 8-bit values divided by 255',
  };
  return encodeModel(lower(simplify(graph), { name: 'encoder', openBatch: true, metadata, doc }));
}

export class FrozenEncoder {
  readonly #session: Session;
  readonly #image: readonly [number, number, number];
  readonly dimension: number;

  private constructor(session: Session, image: readonly [number, number, number], dimension: number) {
    this.#session = session;
    this.#image = image;
    this.dimension = dimension;
  }

  /** The model runs where the engine has stored models run: always on ONNX Runtime. */
  static async load(
    model: {
      readonly onnx: Uint8Array;
      readonly height: number;
      readonly width: number;
      readonly channels: number;
      readonly dimension: number;
    },
    { engine, threads }: { readonly engine: string; readonly threads: number },
  ): Promise<FrozenEncoder> {
    const session = await Session.create(model.onnx, { provider: engineNamed(engine).modelsOn, threads });
    return new FrozenEncoder(session, [model.height, model.width, model.channels], model.dimension);
  }

  /** Features [batch, d] of images [batch, H, W, C] in 0..1. */
  async embed(images: Float32Array): Promise<Float32Array> {
    const [height, width, channels] = this.#image;
    const batch = images.length / (height * width * channels);
    const { features } = await this.#session.run({ images: { data: images, shape: [batch, height, width, channels] } });
    return features!.data as Float32Array;
  }

  /** Features [count, d] of a set of images as they are, a few at a time. Stops between them when `signal` is aborted. */
  async embedAll(images: ImageSet, signal: AbortSignal): Promise<Float32Array> {
    const features = new Float32Array(images.count * this.dimension);
    for (let first = 0; first < images.count; first += EMBED_AT_ONCE) {
      signal.throwIfAborted();
      const rows = Int32Array.from(
        { length: Math.min(EMBED_AT_ONCE, images.count - first) },
        (_, slot) => first + slot,
      );
      const batch = new Float32Array(rows.length * images.height * images.width * images.channels);
      gatherImages(batch, images, rows);
      features.set(await this.embed(batch), first * this.dimension);
    }
    return features;
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}
