// Networks that others trained, from their ONNX files: what they give through the encoder is what they give by themselves, whatever their names and
// attributes are; and what does not fit is said.
import { describe, expect, it } from 'vitest';
import { encodeModel, type OnnxGraph } from '../../src/engine/lower/onnx-model.ts';
import { followedBy } from '../../src/engine/lower/followed-by.ts';
import { NORMALISATIONS } from '../../src/engine/augment/normalisation.ts';
import { Session } from '../../src/engine/runtime/session.ts';
import { embedImages, FrozenEncoder } from '../../src/engine/train/frozen-encoder.ts';
import { importEncoder, type ImportOptions } from '../../src/engine/train/import-encoder.ts';
import { readOnnxMetadata } from '../../src/artifacts/onnx-metadata.ts';
import { randomKey, RandomStream } from '../../src/random/random.ts';

const [HEIGHT, WIDTH, CHANNELS, DIMENSION, COUNT] = [6, 5, 3, 4, 3];
const CPU = { engine: 'cpu', threads: 1 };
const options: ImportOptions = {
  ...{ image: [HEIGHT, WIDTH, CHANNELS], dimension: DIMENSION, layout: 'nchw', range: 'unit', output: undefined },
  normalisation: NORMALISATIONS.imagenet,
};
const random = new RandomStream(randomKey(3));
const floats = (name: string, shape: readonly number[]) => ({
  ...{ name, type: 'float32' as const, shape },
  data: new Uint8Array(
    Float32Array.from({ length: shape.reduce((all, one) => all * one, 1) }, () => random.uniform(-1, 1)).buffer,
  ),
});

/** A convolution over the whole image, whose names are those that encoders have for values of their own. */
function network(change: Partial<OnnxGraph> = {}): OnnxGraph {
  return {
    name: 'theirs',
    opset: 17,
    inputs: [{ name: 'images', type: 'float32', shape: ['n', CHANNELS, HEIGHT, WIDTH] }],
    outputs: [{ name: 'features', type: 'float32', shape: ['n', DIMENSION, 1, 1] }],
    nodes: [
      {
        op: 'Conv',
        inputs: ['images', 'views'],
        outputs: ['convolved'],
        attributes: { kernel_shape: [HEIGHT, WIDTH] },
      },
      { op: 'LeakyRelu', inputs: ['convolved'], outputs: ['features'], attributes: { alpha: { float: 0.3 } } },
    ],
    constants: [floats('views', [DIMENSION, CHANNELS, HEIGHT, WIDTH])],
    ...change,
  };
}

const images = {
  ...{ count: COUNT, height: HEIGHT, width: WIDTH, channels: CHANNELS },
  data: Uint8Array.from({ length: COUNT * HEIGHT * WIDTH * CHANNELS }, () => random.integer(256)),
};

/** What the network itself gives for the images, prepared by hand, in rows of length 1. */
async function expectedFeatures(
  graph: OnnxGraph,
  { normalisation, range, layout }: ImportOptions,
): Promise<number[][]> {
  const prepared = new Float32Array(images.data.length);
  const pixels = HEIGHT * WIDTH;
  images.data.forEach((value, at) => {
    const channel = at % CHANNELS;
    const pixel = Math.floor(at / CHANNELS);
    const [image, place] = [Math.floor(pixel / pixels), pixel % pixels];
    const scale = range === 'unit' ? 1 : 255;
    const { mean, deviation } = normalisation ?? { mean: [0, 0, 0], deviation: [1, 1, 1] };
    prepared[layout === 'nchw' ? (image * CHANNELS + channel) * pixels + place : at] =
      ((value / 255 - mean[channel]!) / deviation[channel]!) * scale;
  });
  const session = await Session.create(encodeModel(graph), { provider: 'cpu', threads: 1 });
  const shape = layout === 'nchw' ? [COUNT, CHANNELS, HEIGHT, WIDTH] : [COUNT, HEIGHT, WIDTH, CHANNELS];
  const { [graph.outputs[0]!.name]: result } = await session.run({
    [graph.inputs[0]!.name]: { data: prepared, shape },
  });
  await session.close();
  return Array.from({ length: COUNT }, (_, row) => {
    const values = Array.from(result!.data.subarray(row * DIMENSION, (row + 1) * DIMENSION), Number);
    const length = Math.hypot(...values);
    return values.map((value) => value / length);
  });
}

async function features(onnx: Uint8Array): Promise<number[][]> {
  const model = { onnx, height: HEIGHT, width: WIDTH, channels: CHANNELS, dimension: DIMENSION };
  const all = await embedImages(model, images, CPU, new AbortController().signal);
  const frozen = await FrozenEncoder.load(model, CPU);
  const views = await frozen.embed(Float32Array.from(images.data, (value) => value / 255));
  await frozen.close();
  views.forEach((value, at) => expect(value).toBeCloseTo(all[at]!, 6));
  return Array.from({ length: COUNT }, (_, row) => Array.from(all.subarray(row * DIMENSION, (row + 1) * DIMENSION)));
}

describe('a network from an ONNX file', () => {
  it.each<[string, OnnxGraph, ImportOptions]>([
    ['of channels first, with names that encoders have themselves', network(), options],
    ['that takes bytes', network(), { ...options, range: 'bytes', normalisation: undefined }],
    [
      'of channels last',
      network({
        inputs: [{ name: 'x', type: 'float32', shape: ['n', HEIGHT, WIDTH, CHANNELS] }],
        nodes: [
          { op: 'Transpose', inputs: ['x'], outputs: ['first'], attributes: { perm: [0, 3, 1, 2] } },
          {
            op: 'Conv',
            inputs: ['first', 'views'],
            outputs: ['features'],
            attributes: { kernel_shape: [HEIGHT, WIDTH] },
          },
        ],
      }),
      { ...options, layout: 'nhwc' },
    ],
  ])('%s', async (_, graph, imported) => {
    const onnx = importEncoder(encodeModel(graph), imported);
    const [expected, found] = [await expectedFeatures(graph, imported), await features(onnx)];
    found.flat().forEach((value, at) => expect(value).toBeCloseTo(expected.flat()[at]!, 5));
    expect(readOnnxMetadata(onnx).get('pipe.dimension')).toBe(String(DIMENSION));
  });

  it('of several results, by the name of one', async () => {
    const graph = network({
      outputs: [
        { name: 'features', type: 'float32', shape: ['n', DIMENSION, 1, 1] },
        { name: 'convolved', type: 'float32', shape: ['n', DIMENSION, 1, 1] },
      ],
    });
    expect(() => importEncoder(encodeModel(graph), options)).toThrow('gives 2 results: features, convolved');
    const found = await features(importEncoder(encodeModel(graph), { ...options, output: 'features' }));
    const expected = await expectedFeatures(network({ constants: graph.constants }), options);
    found.flat().forEach((value, at) => expect(value).toBeCloseTo(expected.flat()[at]!, 5));
  });
});

describe('a head behind it', () => {
  const weights = floats('weights', [DIMENSION, 2]);
  const head: OnnxGraph = {
    ...{ name: 'head', opset: 13, constants: [weights] },
    inputs: [{ name: 'vectors', type: 'float32', shape: ['batch', DIMENSION] }],
    outputs: [{ name: 'features', type: 'float32', shape: ['batch', 2] }],
    nodes: [{ op: 'MatMul', inputs: ['vectors', 'weights'], outputs: ['features'] }],
  };

  it('reads what it gives, and is one model with it', async () => {
    const onnx = importEncoder(encodeModel(network()), options);
    const joined = followedBy(onnx, head, { 'pipe.dimension': '2' });
    expect(readOnnxMetadata(joined).get('pipe.dimension')).toBe('2');
    expect(readOnnxMetadata(joined).get('pipe.height')).toBe(String(HEIGHT));
    const model = { onnx: joined, height: HEIGHT, width: WIDTH, channels: CHANNELS, dimension: 2 };
    const found = await embedImages(model, images, CPU, new AbortController().signal);
    const matrix = new Float32Array(weights.data.buffer);
    (await features(onnx)).forEach((row, image) => {
      for (const column of [0, 1]) {
        const expected = row.reduce((sum, value, at) => sum + value * matrix[at * 2 + column]!, 0);
        expect(found[image * 2 + column]).toBeCloseTo(expected, 5);
      }
    });
  });

  it('wants operators that both know', () => {
    const onnx = importEncoder(encodeModel(network({ opset: 11 })), options);
    expect(() => followedBy(onnx, head, {})).toThrow('has operator set 11, a head behind it wants 13 or later');
  });
});

describe('what does not fit is said', () => {
  const shaped = (shape: readonly (number | string)[]) =>
    encodeModel(network({ inputs: [{ name: 'images', type: 'float32', shape }] }));
  it.each<[string, Uint8Array, Partial<ImportOptions>, string]>([
    ['bytes of something else', new TextEncoder().encode('not a model'), {}, 'no whole ONNX model'],
    ['a model cut short', encodeModel(network()).subarray(0, 300), {}, 'no whole ONNX model'],
    ['other sizes', shaped(['n', 3, 8, 8]), {}, '[n, 3, 8, 8], expected [batch, 3, 6, 5] (nchw)'],
    ['another order of axes', encodeModel(network()), { layout: 'nhwc' }, 'expected [batch, 6, 5, 3] (nhwc)'],
    ['a fixed batch', shaped([1, 3, HEIGHT, WIDTH]), {}, 'takes exactly 1 images at once'],
    ['another dimension', encodeModel(network()), { dimension: 7 }, 'expected 7 numbers an image'],
    ['a result that is not there', encodeModel(network()), { output: 'logits' }, 'gives no "logits", but features'],
    [
      'two inputs',
      encodeModel(network({ inputs: [...network().inputs, { name: 'mask', type: 'float32', shape: ['n'] }] })),
      {},
      'takes 2 inputs (images, mask)',
    ],
    [
      'integers',
      encodeModel(network({ inputs: [{ name: 'images', type: 'uint8', shape: ['n', 3, HEIGHT, WIDTH] }] })),
      {},
      'is not of 32-bit floats',
    ],
  ])('%s', (_, file, change, message) => {
    expect(() => importEncoder(file, { ...options, ...change })).toThrow(message);
  });
});
