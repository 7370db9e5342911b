// A trained encoder as an ONNX model that any runtime opens: standard operators only, weights and preprocessing inside, any batch.
import { channelsFirst } from '../lower/channels-first.ts';
import { lower } from '../lower/lower.ts';
import { encodeModel, type OnnxGraph, type OnnxNode } from '../lower/onnx-model.ts';
import { simplify } from '../lower/simplify.ts';
import type { Values } from '../nn/initialise.ts';
import type { Module } from '../nn/module.ts';
import type { NetworkDescription } from '../nn/network-description.ts';
import { trace } from '../trace/backend.ts';

/** Key of what the network is made of in the metadata. */
export const NETWORK = 'pipe.network';

/** Key of the lengths of the parts of a feature vector, each of unit norm, where only they are known of what gives them. */
export const PARTS = 'pipe.parts';

/** The value in the model that is the image as training saw it: float32 [batch, H, W, C] in 0..1. */
export const VIEWS = 'views';

/** The oldest operator set that has all that encoders use: for runtimes of 2020 and later. */
export const ENCODER_OPSET = 13;

/**
 * The encoder in evaluation mode: `images` uint8 [batch, H, W, C], as decoders give them, to `features` float32 [batch, d]. The division by 255 is
 * inside. The metadata says the sizes, so that a reader needs no runtime, what the network is made of where that is given, so that it can be trained further, and what the images are, in ONNX's own words for them too.
 */
export function exportEncoder(
  encoder: Module,
  image: readonly [number, number, number],
  values: Values,
  doc: string,
  description?: NetworkDescription,
): Uint8Array {
  return encodeModel(encoderGraph(encoder, image, values, doc, description));
}

/** The same before it is written. */
export function encoderGraph(
  encoder: Module,
  image: readonly [number, number, number],
  values: Values,
  doc: string,
  description?: NetworkDescription,
): OnnxGraph {
  const variables = Object.entries(encoder.variables);
  const graph = trace(
    ({ [VIEWS]: views, ...weights }) => ({ features: encoder.apply(weights, views!, 'eval').output }),
    {
      [VIEWS]: { shape: [1, ...image], dtype: 'float32' },
      ...Object.fromEntries(variables.map(([name, { shape }]) => [name, { shape, dtype: 'float32' as const }])),
    },
  );
  const metadata = {
    ...encoderMetadata(image, encoder.outputShape[0]!),
    ...(description === undefined ? {} : { [NETWORK]: JSON.stringify(description) }),
  };
  const network = lower(simplify(graph), { name: 'encoder', openBatch: true, parameters: values, metadata, doc });
  return { ...channelsFirst(withPreprocessing(network)), opset: ENCODER_OPSET };
}

/** What an encoder's model says of itself. */
export function encoderMetadata(
  [height, width, channels]: readonly [number, number, number],
  dimension: number,
): Readonly<Record<string, string>> {
  return {
    'pipe.height': String(height),
    'pipe.width': String(width),
    'pipe.channels': String(channels),
    'pipe.dimension': String(dimension),
    'pipe.preprocessing': `inside the model: "${VIEWS}" = "images" / 255`,
    'pipe.images': `uint8 [batch, height, width, channels], 0..255${channels === 3 ? ', red, green, blue' : ''}`,
    'Image.BitmapPixelFormat': channels === 1 ? 'Gray8' : channels === 3 ? 'Rgb8' : 'Undefined',
    'Image.ColorSpaceGamma': 'SRGB',
    'Image.NominalPixelRange': 'NominalRange_0_255',
  };
}

/** The network behind `views`, with 8-bit images for its input. */
function withPreprocessing(network: OnnxGraph): OnnxGraph {
  const [input] = network.inputs;
  const white = {
    name: 'white',
    type: 'float32',
    shape: [],
    data: new Uint8Array(Float32Array.of(255).buffer),
  } as const;
  const nodes: OnnxNode[] = [
    { op: 'Cast', name: 'to_float', inputs: ['images'], outputs: ['levels'], attributes: { to: 1 } },
    { op: 'Div', name: 'to_unit_range', inputs: ['levels', white.name], outputs: [VIEWS] },
  ];
  return {
    ...network,
    inputs: [{ name: 'images', type: 'uint8', shape: input!.shape }],
    nodes: [...nodes, ...network.nodes],
    constants: [white, ...network.constants],
  };
}
