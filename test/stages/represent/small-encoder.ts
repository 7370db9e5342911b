// A small encoder with weights as drawn, and images for it: with what its model is made of said in it, and without.
import type { Encoder, Features, Images } from '../../../src/artifacts/artifact.ts';
import { initialise } from '../../../src/engine/nn/initialise.ts';
import { describedNetwork, type NetworkDescription } from '../../../src/engine/nn/network-description.ts';
import { exportEncoder } from '../../../src/engine/train/export-encoder.ts';
import { randomKey, RandomStream } from '../../../src/random/random.ts';
import { embed } from '../../../src/stages/represent/embed.ts';
import { runStage } from '../run-stage.ts';

const shape = [8, 8, 1] as const;
const random = new RandomStream(randomKey(1));
export const images: Images = {
  ...{ count: 48, height: 8, width: 8, channels: 1 },
  data: Uint8Array.from({ length: 48 * 64 }, (_, at) => (at % 2) * 90 + random.integer(160)),
};
export const description: NetworkDescription = {
  ...{ backbone: 'conv3', head: 'linear', parts: [6], predictor: false },
  normalisation: { mean: [0.3], deviation: [0.25] },
};
const network = describedNetwork(description, shape);
const values = initialise(network.variables, randomKey(2));
const sizes = { height: 8, width: 8, channels: 1, dimension: 6 };
export const said: Encoder = { ...sizes, onnx: exportEncoder(network, shape, values, 'test', description) };
export const unsaid: Encoder = { ...sizes, onnx: exportEncoder(network, shape, values, 'test') };

export const featuresOf = async (encoder: Encoder): Promise<Float32Array> =>
  ((await runStage(embed, { inputs: { encoder, images } })).outputs['features'] as Features).data;
