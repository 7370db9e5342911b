// From an encoder's ONNX model back to the network and its weights, for training that goes on from it or drops its head. Only for models that were written here, and say what
// they are made of.
import { floatConstants, modelMetadata } from '../lower/onnx-model.ts';
import { transposed } from '../lower/transposed.ts';
import type { BackboneName } from '../nn/backbone-names.ts';
import { backboneLayers } from '../nn/backbones.ts';
import { EncoderError } from '../nn/encoder-error.ts';
import type { Values } from '../nn/initialise.ts';
import { sequential, type Module } from '../nn/module.ts';
import { describedNetwork, readNetworkDescription, type NetworkDescription } from '../nn/network-description.ts';
import { NETWORK } from './export-encoder.ts';
import type { EncoderModel } from './frozen-encoder.ts';

export interface StoredNetwork {
  readonly description: NetworkDescription;
  readonly network: Module;
  readonly values: Values;
}

/** @throws EncoderError where the model does not say what it is made of, or lacks a weight. */
export function storedNetwork(model: EncoderModel): StoredNetwork {
  const stored = storedNetworkIfSaid(model);
  if (stored === undefined)
    throw new EncoderError(
      'the encoder cannot be trained further, or lose its head: its model does not say what it is made of',
      'Give an encoder that was trained here, such as that of idfd or cdc; heads behind other encoders are trained by contrast_head.',
    );
  return stored;
}

/**
 * The same, or undefined where the model does not say what it is made of.
 * @throws EncoderError where it lacks a weight.
 */
export function storedNetworkIfSaid({ onnx, height, width, channels }: EncoderModel): StoredNetwork | undefined {
  const text = modelMetadata(onnx).get(NETWORK);
  if (text === undefined) return undefined;
  const description = readNetworkDescription(text);
  const network = describedNetwork(description, [height, width, channels]);
  const constants = floatConstants(onnx);
  const values: Values = {};
  for (const [name, { shape }] of Object.entries(network.variables)) {
    values[name] = weight(constants, name, shape);
  }
  return { description, network, values };
}

/**
 * The weights of its backbone by itself, by the names that they have in every encoder with that backbone.
 * @throws EncoderError where the encoder has another backbone, or as {@link storedNetwork}.
 */
export function storedBackbone(model: EncoderModel, backbone: BackboneName): Values {
  const { description, values } = storedNetwork(model);
  if (description.backbone !== backbone)
    throw new EncoderError(
      `the encoder to begin with has the backbone ${description.backbone}, and ${backbone} is to be trained`,
      `Say backbone: "${description.backbone}".`,
    );
  const { variables } = sequential(backboneLayers(backbone, [model.height, model.width, model.channels]))([
    model.height,
    model.width,
    model.channels,
  ]);
  return Object.fromEntries(Object.keys(variables).map((name) => [name, values[name]!]));
}

/** A filter may be stored with its channels first. */
function weight(constants: ReturnType<typeof floatConstants>, name: string, shape: readonly number[]): Float32Array {
  const plain = constants.get(name);
  const stored = constants.get(`${name}/transposed`);
  const size = shape.reduce((product, length) => product * length, 1);
  if (plain?.data.length === size) return plain.data;
  if (stored?.data.length !== size || shape.length !== 4)
    throw new EncoderError(
      `the model of the encoder lacks the weight ${name} of shape [${shape.join(', ')}]`,
      'Train the encoder again.',
    );
  const bytes = new Uint8Array(stored.data.buffer);
  const back = transposed({ name, type: 'float32', shape: stored.shape, data: bytes }, [2, 3, 1, 0], name);
  return new Float32Array(back.data.buffer);
}
