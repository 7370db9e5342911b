import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readIdx } from '../../../src/stages/data/idx.ts';
import { StageError } from '../../../src/stage/stage.ts';
import { idxFile, imagesFile, labelsFile } from './idx-file.ts';

describe('readIdx', () => {
  test('reads an array, gzip or not', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        (count, side, zipped) => {
          const data = Uint8Array.from({ length: count * side * side }, (_, i) => 255 - i);
          const file = idxFile([count, side, side], data);
          expect(readIdx(zipped ? gzipSync(file) : file, 'f', 3)).toEqual({ shape: [count, side, side], data });
        },
      ),
    );
  });

  test('cut anywhere, it is refused with the name of the file', () => {
    for (const whole of [imagesFile(2, 3, 3), gzipSync(imagesFile(2, 3, 3))]) {
      for (let length = 0; length < whole.length; length += 1) {
        const cut = () => readIdx(whole.subarray(0, length), 'data/train-images', 3);
        expect(cut, `cut to ${length} bytes`).toThrow(StageError);
        expect(cut).toThrow(/^data\/train-images is (damaged|not an IDX file)/);
      }
    }
  });

  test.each([
    [
      'labels for images',
      labelsFile(3),
      3,
      'f is not an IDX file of bytes in 3 dimensions: its magic number is 0x00000801, expected 0x00000803',
    ],
    [
      'floats',
      idxFile([1], new Uint8Array(4), 0x0d01),
      1,
      'f is not an IDX file of bytes in 1 dimension: its magic number is 0x00000d01, expected 0x00000801',
    ],
    [
      'a page',
      new TextEncoder().encode('<!doctype html>'),
      1,
      'f is not an IDX file of bytes in 1 dimension: its magic number is 0x3c21646f',
    ],
    [
      'too few bytes',
      idxFile([2, 2, 2], new Uint8Array(7)),
      3,
      'f is damaged: it is truncated: its header says 2 × 2 × 2 = 8 bytes, and 7 follow',
    ],
    [
      'too many bytes',
      idxFile([2], new Uint8Array(3)),
      1,
      'f is damaged: it is too long: its header says 2 = 2 bytes, and 3 follow',
    ],
    ['a vast header', idxFile([2 ** 32 - 1, 2 ** 32 - 1, 28], new Uint8Array(9)), 3, 'f is damaged: it is truncated'],
  ])('%s: refused with what was expected and found', (_, file, rank, message) => {
    expect(() => readIdx(file, 'f', rank)).toThrow(message);
  });

  test('a flipped bit inside gzip is found', () => {
    const file = gzipSync(imagesFile(5));
    file[file.length >> 1]! ^= 0x10;
    expect(() => readIdx(file, 'f.gz', 3)).toThrow(/^f\.gz is damaged: gzip says/);
  });
});
