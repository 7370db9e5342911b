// An encoder without its head: the vectors are those before the head, of unit norm; what it refuses.
import { expect, test } from 'vitest';
import type { Encoder, Features, Images } from '../../../src/artifacts/artifact.ts';
import { normalised } from '../../../src/engine/augment/normalisation.ts';
import { encoderLayers } from '../../../src/engine/nn/backbones.ts';
import { contrastNetwork } from '../../../src/engine/nn/contrast-network.ts';
import { initialise } from '../../../src/engine/nn/initialise.ts';
import type { NetworkDescription } from '../../../src/engine/nn/network-description.ts';
import { exportEncoder } from '../../../src/engine/train/export-encoder.ts';
import { randomKey, RandomStream } from '../../../src/random/random.ts';
import { embed } from '../../../src/stages/represent/embed.ts';
import { withoutHead } from '../../../src/stages/represent/without-head.ts';
import { runStage } from '../run-stage.ts';

const shape = [12, 12, 1] as const;
const description: NetworkDescription = {
  ...{ backbone: 'small_cnn', head: 'linear', parts: [4, 6], predictor: false },
  normalisation: { mean: [0.3], deviation: [0.25] },
};
const network = normalised(
  contrastNetwork((norm) => encoderLayers('small_cnn', shape, 10, { head: 'linear', norm }), shape, {
    ...{ parts: [4, 6], normSplits: 1, predictor: false },
  }).query,
  description.normalisation!,
  shape,
);
const values = initialise(network.variables, randomKey(2));
// Without a bias only the direction of a vector counts, which is what unit norm leaves of it.
values['linear.bias']!.fill(0);
const encoder: Encoder = {
  onnx: exportEncoder(network, shape, values, 'test', description),
  ...{ height: 12, width: 12, channels: 1, dimension: 10 },
};
const random = new RandomStream(randomKey(1));
const images: Images = {
  ...{ count: 9, height: 12, width: 12, channels: 1 },
  data: Uint8Array.from({ length: 9 * 144 }, () => random.integer(256)),
};
const cut = async (width: number, given = encoder): Promise<Encoder> =>
  (await runStage(withoutHead, { parameters: { width }, inputs: { encoder: given } })).outputs['encoder'] as Encoder;
const featuresOf = async (model: Encoder): Promise<Features> =>
  (await runStage(embed, { inputs: { encoder: model, images } })).outputs['features'] as Features;

test('with its linear head behind it, it is the encoder again', async () => {
  const bare = await cut(128);
  expect(bare.dimension).toBe(128);
  const [vectors, whole] = [await featuresOf(bare), await featuresOf(encoder)];
  const weight = values['linear.weight']!;
  for (let row = 0; row < 9; row += 1) {
    const vector = vectors.data.subarray(row * 128, (row + 1) * 128);
    expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    const scores = Array.from({ length: 10 }, (_, k) =>
      vector.reduce((sum, value, d) => sum + value * weight[d * 10 + k]!, 0),
    );
    const norms = [Math.hypot(...scores.slice(0, 4)), Math.hypot(...scores.slice(4))];
    scores.forEach((score, k) => expect(score / norms[k < 4 ? 0 : 1]!).toBeCloseTo(whole.data[row * 10 + k]!, 4));
  }
});

test('refuses another width, and an encoder that does not say what it is made of', async () => {
  await expect(cut(64)).rejects.toThrow('without_head: width is 64, and small_cnn gives vectors of length 128');
  const foreign = { ...encoder, onnx: exportEncoder(network, shape, values, 'test') };
  await expect(cut(128, foreign)).rejects.toThrow('the encoder cannot be trained further');
});
