import { createHash } from 'node:crypto';
import fc from 'fast-check';
import protobuf from 'protobufjs/minimal.js';
import { describe, expect, test } from 'vitest';
import type { ArtifactKind, ArtifactValues, Encoder, Scores } from '../../src/artifacts/artifact.ts';
import { ArtifactError } from '../../src/artifacts/artifact-error.ts';
import { decodeArtifact, encodeArtifact, fileExtension } from '../../src/artifacts/codec.ts';

/** An ONNX model of nothing but what the decoder looks at, between fields that it must skip. */
function model(metadata: Readonly<Record<string, string>>): Uint8Array {
  const writer = protobuf.Writer.create();
  writer.uint32((1 << 3) | 0).int64(9);
  writer.uint32((7 << 3) | 2).bytes(new Uint8Array(1000).fill(0x72));
  for (const [key, value] of Object.entries(metadata)) {
    writer.uint32((14 << 3) | 2).fork();
    writer.uint32((1 << 3) | 2).string(key);
    writer.uint32((2 << 3) | 2).string(value);
    writer.ldelim();
  }
  writer.uint32((8 << 3) | 2).bytes(Uint8Array.of(16, 17));
  return writer.finish();
}

function encoder(height: number, width: number, channels: number, dimension: number): Encoder {
  const sizes = { height, width, channels, dimension };
  const metadata = Object.fromEntries(Object.entries(sizes).map(([name, size]) => [`pipe.${name}`, String(size)]));
  return { onnx: model(metadata), ...sizes };
}

const size = fc.integer({ min: 1, max: 5 });
const int32 = (length: number, limit: number) =>
  fc.array(fc.nat(limit - 1), { minLength: length, maxLength: length }).map((values) => Int32Array.from(values));
const float32 = (length: number) =>
  fc
    .array(fc.float({ noNaN: false }), { minLength: length, maxLength: length })
    .map((values) => Float32Array.from(values));
// JSON has one zero.
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const numbers = (length: number) => fc.array(number, { minLength: length, maxLength: length });
const name = fc.stringMatching(/^[a-z]{1,6}$/);

const scores: fc.Arbitrary<Scores> = fc.tuple(size, size, fc.boolean()).chain(([classes, clusters, reduced]) =>
  fc.record(
    {
      acc: number,
      nmi: number,
      ari: number,
      count: fc.nat(),
      contingency: fc.array(fc.array(fc.nat(), { minLength: clusters, maxLength: clusters }), {
        minLength: classes,
        maxLength: classes,
      }),
      matching: fc.array(fc.integer({ min: -1, max: classes - 1 }), { minLength: clusters, maxLength: clusters }),
      classes: fc.array(fc.string(), { minLength: classes, maxLength: classes }),
      ...(reduced && {
        runs: size,
        deviation: fc.record({ acc: number, nmi: number, ari: number }, { noNullPrototype: true }),
      }),
    },
    { noNullPrototype: true },
  ),
);

const samples: { readonly [K in ArtifactKind]: fc.Arbitrary<ArtifactValues[K]> } = {
  Images: fc
    .tuple(fc.nat(3), size, size, size)
    .chain(([count, height, width, channels]) =>
      fc
        .uint8Array({ minLength: count * height * width * channels, maxLength: count * height * width * channels })
        .map((data) => ({ count, height, width, channels, data })),
    ),
  Labels: fc
    .array(fc.string(), { minLength: 1, maxLength: 5 })
    .chain((names) => int32(7, names.length).map((values) => ({ values, names }))),
  Encoder: fc.tuple(size, size, size, size).map(([h, w, c, d]) => encoder(h, w, c, d)),
  Features: fc
    .tuple(fc.nat(4), size)
    .chain(([count, dimension]) => float32(count * dimension).map((data) => ({ count, dimension, data }))),
  Clusters: fc
    .tuple(size, fc.nat(3), number)
    .chain(([k, dimension, inertia]) =>
      fc
        .tuple(int32(6, k), float32(k * dimension))
        .map(([assignments, centres]) => ({ k, assignments, centres, inertia })),
    ),
  Scores: scores,
  TrainingLog: fc.nat(4).chain((epochs) =>
    fc.record(
      {
        method: fc.string(),
        epochs: fc.constant(epochs),
        series: fc.dictionary(name, numbers(epochs), { noNullPrototype: true }),
      },
      { noNullPrototype: true },
    ),
  ),
  Similarities: size.chain((bins) =>
    fc.record(
      {
        edges: numbers(bins + 1),
        panels: fc.array(
          fc.record(
            {
              background: fc.constantFrom('same' as const, 'different' as const),
              target: fc.constantFrom('same' as const, 'different' as const),
              mean: number,
              density: numbers(bins),
            },
            { noNullPrototype: true },
          ),
          { maxLength: 4 },
        ),
      },
      { noNullPrototype: true },
    ),
  ),
  Embedding: fc
    .nat(5)
    .chain((count) => fc.tuple(int32(count, 100), float32(2 * count)).map(([rows, points]) => ({ rows, points }))),
  Manifest: fc.tuple(size, fc.array(fc.tuple(name, fc.nat(9)), { maxLength: 3 })).chain(([channels, classes]) =>
    fc.record(
      {
        name: fc.string(),
        split: fc.string(),
        count: fc.constant(classes.reduce((sum, [, count]) => sum + count, 0)),
        height: size,
        width: size,
        channels: fc.constant(channels),
        classes: fc.constant(classes.map(([name, count]) => ({ name, count }))),
        mean: numbers(channels),
        deviation: numbers(channels),
        sources: fc.array(
          fc.record(
            { name: fc.string(), files: fc.nat(), bytes: fc.nat(), sha256: fc.constant('0a'.repeat(32)) },
            { noNullPrototype: true },
          ),
          { maxLength: 2 },
        ),
        seed: fc.option(fc.integer()),
        rule: fc.string(),
      },
      { noNullPrototype: true },
    ),
  ),
  Table: fc
    .tuple(fc.array(fc.string(), { maxLength: 3 }), fc.array(fc.string(), { maxLength: 3 }))
    .chain(([columns, names]) =>
      fc
        .array(fc.tuple(number, size, fc.option(number, { nil: undefined })), {
          minLength: columns.length * names.length,
          maxLength: columns.length * names.length,
        })
        .map((cells) => ({
          columns,
          rows: names.map((name, row) => ({
            name,
            cells: cells
              .slice(row * columns.length, (row + 1) * columns.length)
              .map(([mean, runs, deviation]) => ({ mean, runs, ...(deviation === undefined ? {} : { deviation }) })),
          })),
        })),
    ),
  Page: fc.string({ unit: 'grapheme' }).map((html) => ({ html })),
};
const kinds = Object.keys(samples) as ArtifactKind[];

describe.each(kinds)('%s', (kind) => {
  const sample = samples[kind] as fc.Arbitrary<ArtifactValues[typeof kind]>;

  test('decoding gives back what was encoded, and encoding that the same bytes', () => {
    fc.assert(
      fc.property(sample, (value) => {
        const bytes = encodeArtifact(kind, value);
        const decoded = decodeArtifact(kind, bytes);
        expect(decoded).toEqual(value);
        expect(encodeArtifact(kind, decoded)).toEqual(bytes);
      }),
    );
  });

  test('damaged bytes give a clear error or another value, nothing else', () => {
    fc.assert(
      fc.property(sample, fc.nat(), fc.integer({ min: 1, max: 255 }), fc.boolean(), (value, position, change, cut) => {
        const bytes = encodeArtifact(kind, value).slice();
        if (bytes.length > 0) bytes[position % bytes.length]! ^= change;
        try {
          decodeArtifact(kind, cut ? bytes.subarray(0, position % (bytes.length + 1)) : bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(ArtifactError);
          expect((error as Error).message).toMatch(new RegExp(`^cannot read ${kind}: `));
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('files', () => {
  test('each kind has an open format', () => {
    expect(Object.fromEntries(kinds.map((kind) => [kind, fileExtension(kind)]))).toEqual({
      Images: '.safetensors',
      Labels: '.safetensors',
      Encoder: '.onnx',
      Features: '.safetensors',
      Clusters: '.safetensors',
      Scores: '.json',
      TrainingLog: '.json',
      Similarities: '.json',
      Table: '.json',
      Manifest: '.json',
      Embedding: '.safetensors',
      Page: '.html',
    });
  });

  test('the bytes of today are the bytes of tomorrow: a change here needs a new version of every stage', () => {
    const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex').slice(0, 16);
    const values: Partial<ArtifactValues> = {
      Images: { count: 1, height: 1, width: 2, channels: 1, data: Uint8Array.of(0, 255) },
      Labels: { values: Int32Array.of(1, 0), names: ['a', 'b'] },
      Features: { count: 1, dimension: 2, data: Float32Array.of(0.6, 0.8) },
      Clusters: { k: 2, assignments: Int32Array.of(1, 0), centres: Float32Array.of(1, 2), inertia: 0.5 },
      Embedding: { rows: Int32Array.of(3), points: Float32Array.of(1, -1) },
      Scores: { acc: 1, nmi: 0.5, ari: -0.5, count: 2, contingency: [[2]], matching: [0], classes: ['a'] },
      TrainingLog: { method: 'IDFD', epochs: 1, series: { loss: [2.5] } },
      Similarities: {
        edges: [-1, 1],
        panels: [{ background: 'same', target: 'different', mean: 0.25, density: [0.5] }],
      },
    };
    const digests = Object.entries(values).map(([kind, value]) => [
      kind,
      digest(encodeArtifact(kind as ArtifactKind, value)),
    ]);
    expect(Object.fromEntries(digests)).toMatchInlineSnapshot(`
      {
        "Clusters": "782383bebf4d5c41",
        "Embedding": "b862a060ce554603",
        "Features": "3fa8e3113e3e35fc",
        "Images": "96ea5123df0a4aa1",
        "Labels": "76df7c94cdf513a4",
        "Scores": "0e25a348e3a79227",
        "Similarities": "97193a06aca0e80c",
        "TrainingLog": "be45bbd29d93624f",
      }
    `);
  });

  test('one kind is not taken for another', () => {
    const features = encodeArtifact('Features', { count: 1, dimension: 1, data: Float32Array.of(1) });
    expect(() => decodeArtifact('Images', features)).toThrow('cannot read Images: the file holds Features');
    expect(() => decodeArtifact('Scores', features)).toThrow(/cannot read Scores: not a JSON file/);
    expect(() => decodeArtifact('Encoder', features)).toThrow(/cannot read Encoder: /);
  });

  test.each<[string, () => unknown, RegExp]>([
    [
      'a label without a name',
      () => encodeArtifact('Labels', { values: Int32Array.of(0, 2), names: ['a', 'b'] }),
      /labels\[1\] is 2, not in 0\.\.1/,
    ],
    [
      'a row in no cluster',
      () =>
        encodeArtifact('Clusters', { k: 2, assignments: Int32Array.of(-1), centres: new Float32Array(0), inertia: 0 }),
      /assignments\[0\] is -1/,
    ],
    [
      'images short of data',
      () => encodeArtifact('Images', { count: 2, height: 2, width: 2, channels: 1, data: new Uint8Array(7) }),
      /shape \[2, 2, 2, 1\] has 7 values/,
    ],
    [
      'a loss that is not a number',
      () => encodeArtifact('TrainingLog', { method: 'IDFD', epochs: 1, series: { loss: [NaN] } }),
      /\/series\/loss\/0 must be number/,
    ],
    [
      'a series of the wrong length',
      () => encodeArtifact('TrainingLog', { method: 'IDFD', epochs: 2, series: { loss: [1] } }),
      /series "loss" has 1 values for 2 epochs/,
    ],
    [
      'scores without ari',
      () => decodeArtifact('Scores', new TextEncoder().encode('{"acc":1}')),
      /must have required property/,
    ],
    [
      'an encoder that its model contradicts',
      () => encodeArtifact('Encoder', { ...encoder(2, 2, 1, 8), dimension: 9 }),
      /dimension 9 whose model says pipe\.dimension = 8/,
    ],
    ['a model without sizes', () => decodeArtifact('Encoder', model({})), /no metadata "pipe\.height"/],
    [
      'a model of zero width',
      () => decodeArtifact('Encoder', model({ 'pipe.height': '1', 'pipe.width': '0' })),
      /pipe\.width is "0", not a positive whole number/,
    ],
    [
      'a truncated model',
      () => decodeArtifact('Encoder', encoder(2, 2, 1, 8).onnx.subarray(0, 500)),
      /damaged ONNX model/,
    ],
  ])('%s is refused with the reason', (_, work, message) => {
    expect(work).toThrow(ArtifactError);
    expect(work).toThrow(message);
  });
});
