// Exported encoders: another process, with nothing but ONNX Runtime, gets from 8-bit images the features that the module has in evaluation.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { printOnnx } from '../../src/engine/lower/lower.ts';
import { encodeModel, type OnnxGraph } from '../../src/engine/lower/onnx-model.ts';
import { backboneNames, type BackboneName } from '../../src/engine/nn/backbone-names.ts';
import { backbones, type EncoderOptions } from '../../src/engine/nn/backbones.ts';
import { batchNorm } from '../../src/engine/nn/batch-norm.ts';
import { convolution, flatten, linear, relu, unitNorm } from '../../src/engine/nn/layers.ts';
import { sequential } from '../../src/engine/nn/module.ts';
import { globalAveragePool, maxPool } from '../../src/engine/nn/pooling.ts';
import { bottleneck } from '../../src/engine/nn/resnet.ts';
import { splitBatchNorm } from '../../src/engine/nn/split-batch-norm.ts';
import { encoderGraph, exportEncoder } from '../../src/engine/train/export-encoder.ts';
import { embedImages, FrozenEncoder } from '../../src/engine/train/frozen-encoder.ts';
import { gatherImages } from '../../src/engine/train/image-set.ts';
import { randomKey, RandomStream } from '../../src/random/random.ts';
import { runCompiled } from './compare.ts';
import { pooledValues } from './weights.ts';

const CPU = { engine: 'cpu', threads: 1 };
const SIZE: Readonly<Record<BackboneName, number>> = {
  ...{ conv3: 28, conv4: 28, conv4_half: 28, small_cnn: 28, resnet18_cifar: 16, resnet34_cifar: 16 },
  ...{ resnet18_stl: 24, resnet34_stl: 24, resnet18_imagenet: 40, resnet34_imagenet: 40, resnet50_imagenet: 40 },
};
const cases: readonly (readonly [string, BackboneName, number, EncoderOptions])[] = [
  ...backboneNames.map((name, at) => [name, name, at % 2 === 0 ? 3 : 1, {}] as const),
  ['small_cnn with an mlp head', 'small_cnn', 3, { head: 'mlp' }],
  ['small_cnn with an mlp head and batch norm in parts', 'small_cnn', 1, { head: 'mlp_bn', norm: splitBatchNorm(2) }],
];
const NOTHING = new Uint8Array(0);
const COUNT = 3;
const DIMENSION = 16;

interface Found {
  readonly features: readonly number[];
  readonly shape: readonly number[];
  readonly inputs: readonly object[];
  readonly outputs: readonly object[];
}

function make([, name, channels, options]: (typeof cases)[number]) {
  const size = SIZE[name];
  const image = [size, size + 2, channels] as const;
  const module = backbones[name](DIMENSION, options)(image);
  const values = pooledValues(module);
  const random = new RandomStream(randomKey(5, name));
  const images = {
    ...{ count: COUNT, height: image[0], width: image[1], channels },
    data: Uint8Array.from({ length: COUNT * size * (size + 2) * channels }, () => random.integer(256)),
  };
  return { module, image, values, images };
}

/** What the module gives in evaluation, compiled as training compiles it. */
async function trainingFeatures({ module, image, values, images }: ReturnType<typeof make>): Promise<Float32Array> {
  const views = new Float32Array(images.data.length);
  gatherImages(views, images, Int32Array.of(0, 1, 2));
  const variables = Object.entries(module.variables);
  const { y } = await runCompiled(
    (inputs) => ({ y: module.apply(inputs, inputs.views!, 'eval').output }),
    {
      views: { shape: [COUNT, ...image], dtype: 'float32' },
      ...Object.fromEntries(variables.map(([name, { shape }]) => [name, { shape, dtype: 'float32' as const }])),
    },
    {
      views: { data: views, shape: [COUNT, ...image] },
      ...Object.fromEntries(variables.map(([name, { shape }]) => [name, { data: values[name]!, shape }])),
    },
  );
  return y!.data as Float32Array;
}

interface Exported {
  readonly image: readonly number[];
  readonly expected: Float32Array;
  readonly graph: OnnxGraph;
  /** Bytes of all variables. */
  readonly weights: number;
}

describe('an exported encoder', () => {
  const made: Exported[] = [];
  let found: readonly Found[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'pipe-encoders-'));
  beforeAll(async () => {
    const jobs = [];
    for (const [at, one] of cases.entries()) {
      const { module, image, values, images } = make(one);
      const job = { model: join(folder, `${at}.onnx`), images: join(folder, `${at}.raw`), shape: [COUNT, ...image] };
      const graph = encoderGraph(module, image, values, 'test');
      writeFileSync(job.model, encodeModel(graph));
      writeFileSync(job.images, images.data);
      jobs.push(job);
      made.push({
        ...{ image, expected: await trainingFeatures({ module, image, values, images }) },
        graph: { ...graph, constants: graph.constants.map((constant) => ({ ...constant, data: NOTHING })) },
        weights: Object.values(values).reduce((sum, { byteLength }) => sum + byteLength, 0),
      });
      const bytes = graph.constants.reduce((sum, { data }) => sum + data.length, 0);
      // Every weight once, and a few axes.
      expect(bytes - made.at(-1)!.weights).toBeGreaterThanOrEqual(0);
      expect(bytes - made.at(-1)!.weights).toBeLessThan(200);
    }
    writeFileSync(join(folder, 'jobs.json'), JSON.stringify(jobs));
    const reader = join(import.meta.dirname, 'read-encoder.mjs');
    found = JSON.parse(
      execFileSync(process.execPath, [reader, join(folder, 'jobs.json')], { encoding: 'utf8', maxBuffer: 1 << 24 }),
    ) as Found[];
  }, 600_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const each = cases.map((one, at) => [one[0], at] as const);

  it.each(each)('%s, read by another process, gives the features of training', (_, at) => {
    const { features, shape, inputs, outputs } = found[at]!;
    const { image, expected } = made[at]!;
    expect(shape).toEqual([COUNT, DIMENSION]);
    expect(inputs).toEqual([expect.objectContaining({ name: 'images', type: 'uint8', shape: ['batch', ...image] })]);
    expect(outputs).toEqual([
      expect.objectContaining({ name: 'features', type: 'float32', shape: ['batch', DIMENSION] }),
    ]);
    let worst = 0;
    features.forEach((value, i) => (worst = Math.max(worst, Math.abs(value - expected[i]!))));
    expect(worst).toBeLessThan(1e-5);
    // Not all the same, and of unit norm.
    expect(Math.abs(features[0]! - features[DIMENSION]!)).toBeGreaterThan(1e-5);
    expect(Math.hypot(...features.slice(0, DIMENSION))).toBeCloseTo(1, 5);
  });

  it.each(each)('%s has standard operators, and images channels first from the first convolution on', (_, at) => {
    const { nodes } = made[at]!.graph;
    const [, name, , options] = cases[at]!;
    expect(new Set(nodes.map(({ domain }) => domain ?? ''))).toEqual(new Set(['']));
    // One at the start. Those that flatten their last activations have them in the order of training; batch norm of vectors has them as images.
    const further = (name.startsWith('conv') ? 1 : 0) + (options.head === 'mlp_bn' ? 2 : 0);
    expect(nodes.filter(({ op }) => op === 'Transpose')).toHaveLength(1 + further);
    const producers = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
    const convolutions = nodes.filter(({ op }) => op === 'Conv').length;
    const norms = nodes.filter(({ op }) => op === 'BatchNormalization');
    expect(norms.filter(({ inputs }) => producers.get(inputs[0]!)!.op === 'Conv')).toHaveLength(convolutions);
  });
});

describe('the model of an encoder', () => {
  it('as text', async () => {
    const module = sequential({ convolution: convolution(2, 3, 2), relu, flatten, linear: linear(3), unitNorm })([
      4, 4, 1,
    ]);
    await expect(printOnnx(encoderGraph(module, [4, 4, 1], pooledValues(module), 'test'))).toMatchFileSnapshot(
      'golden/encoder.txt',
    );
  });

  it('with residual blocks, as text', async () => {
    const layers = { stem: convolution(4, 7, 2), pool: maxPool(3, 2, 1), block: bottleneck(2, 2, batchNorm) };
    const module = sequential({ ...layers, average: globalAveragePool, linear: linear(3), unitNorm })([16, 16, 3]);
    await expect(printOnnx(encoderGraph(module, [16, 16, 3], pooledValues(module), 'test'))).toMatchFileSnapshot(
      'golden/encoder-residual.txt',
    );
  });
});

describe('a frozen encoder', () => {
  it('gives for views what the whole model gives for the images, bit by bit, whatever the level', async () => {
    const module = backbones.conv3(8)([16, 16, 1]);
    // Every level of grey.
    const images = {
      count: 1,
      height: 16,
      width: 16,
      channels: 1,
      data: Uint8Array.from({ length: 256 }, (_, i) => i),
    };
    const onnx = exportEncoder(module, [16, 16, 1], pooledValues(module), 'test');
    const model = { onnx, height: 16, width: 16, channels: 1, dimension: 8 };
    const views = new Float32Array(256);
    gatherImages(views, images, Int32Array.of(0));
    const frozen = await FrozenEncoder.load(model, CPU);
    const whole = await embedImages(model, images, CPU, new AbortController().signal);
    expect(await frozen.embed(views)).toEqual(whole);
    await frozen.close();
  });

  it('takes more images than it computes at once, and stops when it is told to', async () => {
    const module = backbones.conv3(4)([8, 8, 1]);
    const random = new RandomStream(randomKey(2));
    const images = {
      ...{ count: 300, height: 8, width: 8, channels: 1 },
      data: Uint8Array.from({ length: 300 * 64 }, () => random.integer(256)),
    };
    const onnx = exportEncoder(module, [8, 8, 1], pooledValues(module), 'test');
    const model = { onnx, height: 8, width: 8, channels: 1, dimension: 4 };
    const all = await embedImages(model, images, CPU, new AbortController().signal);
    const last = await embedImages(
      model,
      { ...images, count: 1, data: images.data.subarray(299 * 64) },
      CPU,
      new AbortController().signal,
    );
    all.subarray(299 * 4).forEach((value, i) => expect(value).toBeCloseTo(last[i]!, 5));
    await expect(embedImages(model, images, CPU, AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
  });
});
