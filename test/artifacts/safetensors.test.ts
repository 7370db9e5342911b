import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ArtifactError } from '../../src/artifacts/artifact-error.ts';
import {
  readSafetensors,
  writeSafetensors,
  type StoredTensor,
  type TensorData,
} from '../../src/artifacts/safetensors.ts';

const shapes = fc.array(fc.nat(4), { maxLength: 4 });
const makers: readonly ((values: number[]) => TensorData)[] = [
  (values) => Uint8Array.from(values),
  (values) => Int32Array.from(values),
  (values) => Float32Array.from(values),
  (values) => Float64Array.from(values),
];

const storedTensor: fc.Arbitrary<StoredTensor> = fc
  .tuple(shapes, fc.constantFrom(...makers), fc.integer({ min: -1000, max: 1000 }))
  .map(([shape, make, first]) => {
    const size = shape.reduce((product, length) => product * length, 1);
    return { shape, data: make(Array.from({ length: size }, (_, i) => first + i / 3)) };
  });
const names = fc.stringMatching(/^[a-z][a-z0-9_.é]{0,8}$/);
const tensorFile = fc.record({
  tensors: fc.dictionary(names, storedTensor, { maxKeys: 5, noNullPrototype: true }),
  metadata: fc.dictionary(names, fc.string(), { noNullPrototype: true }),
});

/** A file with this header, padded, and this many bytes of tensors. */
function file(header: string, body: number): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + body);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

describe('safetensors', () => {
  test('what is written is read back', () => {
    fc.assert(
      fc.property(tensorFile, (content) => {
        expect(readSafetensors(writeSafetensors(content))).toEqual(content);
      }),
    );
  });

  test.each([
    ['array', (length: number) => new Uint8Array(length)],
    ['Buffer', (length: number) => Buffer.alloc(length)],
  ])('it is read back from any offset of a larger %s', (_, allocate) => {
    fc.assert(
      fc.property(tensorFile, fc.nat(9), (content, offset) => {
        const bytes = writeSafetensors(content);
        const larger = allocate(bytes.length + offset);
        larger.set(bytes, offset);
        expect(readSafetensors(larger.subarray(offset))).toEqual(content);
      }),
    );
  });

  test('the order in which tensors and metadata are given does not show in the bytes', () => {
    fc.assert(
      fc.property(tensorFile, ({ tensors, metadata }) => {
        const backwards = <T>(record: Readonly<Record<string, T>>) =>
          Object.fromEntries(Object.entries(record).reverse());
        expect(writeSafetensors({ tensors: backwards(tensors), metadata: backwards(metadata) })).toEqual(
          writeSafetensors({ tensors, metadata }),
        );
      }),
    );
  });

  test('the bytes are those of the published format', () => {
    const bytes = writeSafetensors({
      tensors: { a: { shape: [2], data: Uint8Array.of(1, 2) }, b: { shape: [1], data: Float32Array.of(1) } },
      metadata: { k: 'v' },
    });
    const header =
      '{"__metadata__":{"k":"v"},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[2],"data_offsets":[4,6]}}';
    const length = Math.ceil(header.length / 8) * 8;
    expect(Buffer.from(bytes).subarray(0, 8)).toEqual(Buffer.from([length, 0, 0, 0, 0, 0, 0, 0]));
    expect(
      Buffer.from(bytes)
        .subarray(8, 8 + length)
        .toString(),
    ).toBe(header.padEnd(length));
    expect([...bytes.subarray(8 + length)]).toEqual([0, 0, 0x80, 0x3f, 1, 2]);
  });

  test('a file cut short anywhere is refused', () => {
    const bytes = writeSafetensors({ tensors: { a: { shape: [3, 2], data: new Float32Array(6) } }, metadata: {} });
    for (let length = 0; length < bytes.length; length += 1) {
      expect(() => readSafetensors(bytes.subarray(0, length)), `cut to ${length} bytes`).toThrow(ArtifactError);
    }
  });

  test('no damaged byte causes anything but a clear error', () => {
    fc.assert(
      fc.property(tensorFile, fc.nat(), fc.integer({ min: 1, max: 255 }), (content, position, change) => {
        const bytes = writeSafetensors(content);
        bytes[position % bytes.length]! ^= change;
        try {
          readSafetensors(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(ArtifactError);
        }
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['no JSON', file('{"a":', 0), /header is not JSON/],
    ['no object', file('[]', 0), /not a JSON object/],
    ['metadata of numbers', file('{"__metadata__":{"a":1}}', 0), /__metadata__ is not a map of strings/],
    [
      'unknown element type',
      file('{"a":{"dtype":"F8","shape":[1],"data_offsets":[0,1]}}', 1),
      /"a" has the element type "F8", not one of F64, F32, I32, U8/,
    ],
    ['negative shape', file('{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}', 1), /no shape of whole numbers/],
    [
      'shape against size',
      file('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}', 4),
      /of shape \[2\] needs 8 bytes and has 4/,
    ],
    [
      'past the end',
      file('{"a":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}}', 4),
      /lies at bytes 0\.\.9, but the file holds 4/,
    ],
    ['a hole', file('{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}', 2), /hole or overlap at byte 0/],
    [
      'an overlap',
      file(
        '{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}',
        3,
      ),
      /hole or overlap at byte 1/,
    ],
    [
      'bytes left over',
      file('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', 3),
      /2 bytes after the last tensor/,
    ],
  ])('%s is refused with the reason', (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(message);
  });

  test('a tensor whose shape does not fit its data is not written', () => {
    expect(() =>
      writeSafetensors({ tensors: { a: { shape: [2, 2], data: new Uint8Array(3) } }, metadata: {} }),
    ).toThrow(/tensor "a" of shape \[2, 2\] has 3 values/);
  });
});
