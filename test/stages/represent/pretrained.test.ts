// The stage `pretrained`: the file below PIPE_DATA becomes an encoder; what is wrong with it is said for the user, and its content is in the key.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Encoder } from '../../../src/artifacts/artifact.ts';
import { encodeModel } from '../../../src/engine/lower/onnx-model.ts';
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
      /"imagenet" is for 3 channels, not for 1/,
    ],
    ['a dimension that it does not give', { dimension: 5 }, /expected 5 numbers an image/],
    ['channels that it does not take', { channels: 2, dimension: 3 }, /expected \[batch, 2, 4, 6\]/],
  ])('says what is wrong: %s', async (_, change, message) => {
    await expect(runStage(pretrained, { parameters: { ...parameters, ...change }, dataFolder })).rejects.toThrow(
      message,
    );
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
