// A trained head as an ONNX model: by itself, to be given features, or behind the encoder whose features it was trained on, as one model.
import { channelsFirst } from '../lower/channels-first.ts';
import { lower } from '../lower/lower.ts';
import { followedBy } from '../lower/followed-by.ts';
import { encodeModel, type OnnxGraph } from '../lower/onnx-model.ts';
import { simplify } from '../lower/simplify.ts';
import type { Values } from '../nn/initialise.ts';
import type { Module } from '../nn/module.ts';
import { describedNetwork, headPrefix, type HeadDescription } from '../nn/network-description.ts';
import { Session } from '../runtime/session.ts';
import { trace } from '../trace/backend.ts';
import { ENCODER_OPSET, exportEncoder, PARTS } from './export-encoder.ts';
import type { EncoderModel } from './frozen-encoder.ts';
import { storedNetworkIfSaid } from './stored-network.ts';

/** Rows whose vectors are computed together. */
const AT_ONCE = 4096;

/** `vectors` [batch, width] to `features` [batch, dimension], in evaluation mode. */
function headGraph(head: Module, width: number, values: Values): OnnxGraph {
  const graph = trace(({ vectors, ...weights }) => ({ features: head.apply(weights, vectors!, 'eval').output }), {
    vectors: { shape: [1, width], dtype: 'float32' },
    ...Object.fromEntries(
      Object.entries(head.variables).map(([name, { shape }]) => [name, { shape, dtype: 'float32' as const }]),
    ),
  });
  const lowered = lower(simplify(graph), { name: 'head', openBatch: true, parameters: values });
  return { ...channelsFirst(lowered), opset: ENCODER_OPSET };
}

/**
 * The encoder's model with the head behind it: images to the head's vectors. Where the encoder says what it is made of, so does the result, and can be trained
 * further as a whole; of other models every byte stays as it is.
 */
export function withHead(
  encoder: EncoderModel,
  head: Module,
  values: Values,
  description: HeadDescription,
): Uint8Array {
  const stored = storedNetworkIfSaid(encoder);
  if (stored === undefined)
    return followedBy(encoder.onnx, headGraph(head, encoder.dimension, values), {
      'pipe.dimension': String(head.outputShape[0]),
      [PARTS]: JSON.stringify(description.parts),
    });
  const { behind = [] } = stored.description;
  const joined = { ...stored.description, behind: [...behind, description] };
  const image = [encoder.height, encoder.width, encoder.channels] as const;
  const prefix = headPrefix(behind.length);
  const own = Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + name, value]));
  const doc = 'encoder with a head behind it, trained by pipe';
  return exportEncoder(describedNetwork(joined, image), image, { ...stored.values, ...own }, doc, joined);
}

/** The head's vectors [count, dimension] of rows of features [count, width]. */
export async function applyHead(
  head: Module,
  values: Values,
  {
    count,
    dimension: width,
    data,
  }: { readonly count: number; readonly dimension: number; readonly data: Float32Array },
  threads: number,
  signal: AbortSignal,
): Promise<Float32Array> {
  const session = await Session.create(encodeModel(headGraph(head, width, values)), { provider: 'cpu', threads });
  try {
    const dimension = head.outputShape[0]!;
    const vectors = new Float32Array(count * dimension);
    for (let first = 0; first < count; first += AT_ONCE) {
      signal.throwIfAborted();
      const rows = Math.min(AT_ONCE, count - first);
      const { features } = await session.run({
        vectors: { data: data.subarray(first * width, (first + rows) * width), shape: [rows, width] },
      });
      vectors.set(features!.data, first * dimension);
    }
    return vectors;
  } finally {
    await session.close();
  }
}
