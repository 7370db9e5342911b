// The stage `pretrained`: the file below PIPE_DATA becomes an encoder; what is wrong with it is said for the user, and its content is in the key.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Encoder } from '../../../src/artifacts/artifact.ts';
import { encodeModel } from '../../../src/engine/lower/onnx-model.ts';
import { initialise } from '../../../src/engine/nn/initialise.ts';
import { describedNetwork, type NetworkDescription } from '../../../src/engine/nn/network-description.ts';
import { exportEncoder } from '../../../src/engine/train/export-encoder.ts';
import { storedNetwork } from '../../../src/engine/train/stored-network.ts';
import { randomKey } from '../../../src/random/random.ts';
import { pretrained } from '../../../src/stages/represent/pretrained.ts';
import { pretrainedFiles } from '../../../src/stages/represent/pretrained-file.ts';
import { runStage } from '../run-stage.ts';

let dataFolder: string;
/** Means of the three channels, which need no weights. */
const means = encodeModel({
  name: 'means',
  opset: 17,
  inputs: [{ name: 'pixels', type: 'float32', shape: ['n', 3, 'h', 'w'] }],
  outputs: [{ name: 'means', type: 'float32', shape: ['n', 3, 1, 1] }],
  nodes: [{ op: 'GlobalAveragePool', inputs: ['pixels'], outputs: ['means'] }],
  constants: [],
});
const parameters = {
  ...{ file: 'means.onnx', height: 4, width: 6, channels: 3, dimension: 3 },
  ...{ layout: 'nchw', range: 'unit', normalisation: 'none', result: null },
};

beforeAll(() => {
  dataFolder = mkdtempSync(join(tmpdir(), 'pipe-pretrained-'));
  writeFileSync(join(dataFolder, 'means.onnx'), means);
});
afterAll(() => rmSync(dataFolder, { recursive: true, force: true }));

describe('pretrained', () => {
  it('gives an encoder of the sizes that were said', async () => {
    const { outputs } = await runStage(pretrained, { parameters, dataFolder });
    const { onnx, ...sizes } = outputs['encoder'] as Encoder;
    expect(sizes).toEqual({ height: 4, width: 6, channels: 3, dimension: 3 });
    expect(onnx.length).toBeGreaterThan(means.length);
  });

  it.each([
    ['a file that is not there', { file: 'other.onnx' }, /there is no file .*other\.onnx/],
    [
      'constants for other channels',
      { channels: 1, normalisation: 'imagenet' },
      /the normalisation is for 3 channels, not for 1/,
    ],
    ['a dimension that it does not give', { dimension: 5 }, /expected 5 numbers an image/],
    ['channels that it does not take', { channels: 2, dimension: 3 }, /expected \[batch, 2, 4, 6\]/],
  ])('says what is wrong: %s', async (_, change, message) => {
    await expect(runStage(pretrained, { parameters: { ...parameters, ...change }, dataFolder })).rejects.toThrow(
      message,
    );
  });

  describe('of an encoder that was trained here', () => {
    const description: NetworkDescription = {
      ...{ backbone: 'conv3', head: 'linear', parts: [5], predictor: false, normalisation: null },
    };
    const network = describedNetwork(description, [8, 8, 1]);
    const values = initialise(network.variables, randomKey(1));
    const model = exportEncoder(network, [8, 8, 1], values, 'test', description);
    const given = { ...parameters, file: 'encoder.onnx', height: 8, width: 8, channels: 1, dimension: 5 };
    const run = (bytes: Uint8Array, change: object = {}) => {
      writeFileSync(join(dataFolder, 'encoder.onnx'), bytes);
      return runStage(pretrained, { parameters: { ...given, ...change }, dataFolder });
    };
    /** The model with another text in the place of `text`, of the same length. */
    const altered = (text: string, other: string): Uint8Array => {
      const bytes = Buffer.from(model);
      bytes.write(other, bytes.indexOf(text));
      return bytes;
    };

    it('gives it as it is, so that it can be trained on', async () => {
      const encoder = (await run(model)).outputs['encoder'] as Encoder;
      expect(Buffer.from(encoder.onnx).equals(model)).toBe(true);
      expect(storedNetwork(encoder).values).toEqual(values);
    });

    it.each([
      [
        'other sizes',
        model,
        { height: 4, dimension: 6 },
        'says height 8, dimension 5, and is taken for one with height 4, dimension 6',
      ],
      ['a result that is not its only one', model, { result: 'logits' }, 'gives no "logits", but features'],
      ['a network that nobody knows', altered('"conv3"', '"conv9"'), {}, 'says of its network what is not understood'],
      [
        'a network that is not its own',
        altered('"parts":[5]', '"parts":[4]'),
        {},
        'lacks the weight linear.weight of shape [128, 4]',
      ],
      ['half a file', model.subarray(0, model.length >> 1), {}, 'is no whole ONNX model'],
    ])('refuses %s', async (_, bytes, change, message) => {
      await expect(run(bytes, change)).rejects.toThrow(message);
    });
  });

  it('is keyed by the content of its file', async () => {
    expect(await pretrainedFiles(parameters, dataFolder)).toEqual([
      { name: 'means.onnx', path: join(dataFolder, 'means.onnx') },
    ]);
    expect(await pretrainedFiles({ file: 'other.onnx' }, dataFolder)).toEqual([
      { name: 'other.onnx', path: undefined },
    ]);
  });
});
