// Heads behind an encoder that says what it is made of: one model that says so too, gives what it gave, can be trained further as a whole and lose its heads.
import { beforeAll, expect, test } from 'vitest';
import type { Encoder } from '../../../src/artifacts/artifact.ts';
import { storedNetwork } from '../../../src/engine/train/stored-network.ts';
import { contrastHead, type ContrastHeadParameters } from '../../../src/stages/represent/contrast-head.ts';
import { selfLabel, type SelfLabelParameters } from '../../../src/stages/represent/self-label.ts';
import { withoutHead } from '../../../src/stages/represent/without-head.ts';
import { runStage } from '../run-stage.ts';
import { description, featuresOf, images, said, unsaid } from './small-encoder.ts';

const headParameters: ContrastHeadParameters = {
  ...{ categories: 4, head: 'linear', dimension: 0, epochs: 1, batch: 16, tau: 0.2, tau_c: 0.1, contrast_weight: 0 },
  ...{ equipartition_weight: 1, target: 'swap_key', epsilon: 0.05, iterations: 3, history: 0 },
  ...{ negatives: 'batch', queue: 64, key_momentum: 0.9, symmetric: true, predictor: false, norm_splits: 1 },
  ...{ optimizer: 'adam', learning_rate: 0.01, weight_decay: 0, warmup: 0, schedule: 'constant' },
  ...{ augmentation: 'affine', crop_min: 0.8, crop_max: 1, rotation: 5, brightness: 0.1, contrast: 0.1, seed: 0 },
};
/** A head with batch norm, an instance part and a predictor, and one of four categories behind it. */
async function twoHeads(encoder: Encoder): Promise<Encoder> {
  const head = async (parameters: Partial<ContrastHeadParameters>, given: Encoder): Promise<Encoder> => {
    const surroundings = { parameters: { ...headParameters, ...parameters }, inputs: { images, encoder: given } };
    return (await runStage(contrastHead, surroundings)).outputs['encoder'] as Encoder;
  };
  const first = { head: 'mlp_bn', dimension: 5, contrast_weight: 1, predictor: true, norm_splits: 2 } as const;
  return head({}, await head(first, encoder));
}
let joined: Encoder;
let before: Float32Array;
beforeAll(async () => {
  joined = await twoHeads(said);
  before = await featuresOf(joined);
});

test('they are told of, and the features are those of the heads put behind a model of which nothing is known', async () => {
  expect(storedNetwork(joined).description).toEqual({
    ...description,
    behind: [
      { head: 'mlp_bn', parts: [4, 5], predictor: true },
      { head: 'linear', parts: [4], predictor: false },
    ],
  });
  const spliced = await twoHeads(unsaid);
  expect(() => storedNetwork(spliced)).toThrow('the encoder cannot be trained further');
  const other = await featuresOf(spliced);
  expect(before).toHaveLength(48 * 4);
  before.forEach((value, at) => expect(value).toBeCloseTo(other[at]!, 5));
});

test('self-labelling goes on from all of it: every weight moves, and the description stays', async () => {
  const parameters: SelfLabelParameters = {
    ...{ k: 4, tau_c: 0.1, threshold: 0.3, balance: true, epochs: 1, batch: 24, optimizer: 'adam' },
    ...{ learning_rate: 0.001, weight_decay: 0, warmup: 0, schedule: 'constant', augmentation: 'affine' },
    ...{ crop_min: 0.8, crop_max: 1, rotation: 5, brightness: 0.1, contrast: 0.1, seed: 0 },
  };
  const { outputs } = await runStage(selfLabel, { parameters: { ...parameters }, inputs: { images, encoder: joined } });
  const [old, trained] = [storedNetwork(joined), storedNetwork(outputs['encoder'] as Encoder)];
  expect(trained.description).toEqual(old.description);
  const still = Object.keys(old.values).filter((name) =>
    Buffer.from(old.values[name]!.buffer).equals(Buffer.from(trained.values[name]!.buffer)),
  );
  expect(still).toEqual([]);
});

test('without its heads it is the backbone, which can be trained further too', async () => {
  const bare = async (encoder: Encoder): Promise<Encoder> =>
    (await runStage(withoutHead, { parameters: { width: 128 }, inputs: { encoder } })).outputs['encoder'] as Encoder;
  const backbone = await bare(joined);
  expect(await featuresOf(backbone)).toEqual(await featuresOf(await bare(said)));
  expect(storedNetwork(backbone).description).toEqual({ ...description, head: null, parts: [128] });
});
