// Images that are written piece by piece give the file that the codec gives; a fault leaves no file.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeArtifact } from '../../src/artifacts/codec.ts';
import { digestOf } from '../../src/cache/digest.ts';
import { memoryFileSystem } from '../../src/platform/memory-file-system.ts';
import { writeImages } from '../../src/stage/write-images.ts';

async function* inPieces(data: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < data.length; at += length) yield data.subarray(at, at + length);
}

test('the same bytes as the codec, whatever the pieces', async () => {
  const size = fc.integer({ min: 1, max: 5 });
  await fc.assert(
    fc.asyncProperty(
      size,
      size,
      size,
      size,
      fc.integer({ min: 1, max: 40 }),
      async (count, height, width, channels, piece) => {
        const sizes = { count, height, width, channels };
        const data = Uint8Array.from({ length: count * height * width * channels }, (_, at) => (at * 37) % 256);
        const files = memoryFileSystem();
        const written = await writeImages(files, '/images', sizes, inPieces(data, piece));
        const whole = encodeArtifact('Images', { ...sizes, data });
        expect(await files.read('/images')).toEqual(whole);
        expect({ ...written }).toEqual({ file: '/images', digest: digestOf(whole), bytes: whole.length });
        // Not durable content would be gone after a power cut.
        await files.syncFolder('/');
        expect(await files.afterPowerCut(() => false).read('/images')).toEqual(whole);
      },
    ),
  );
});

const sizes = { count: 2, height: 2, width: 2, channels: 1 };

test.each([7, 9])('%i bytes where 8 were announced are refused, and leave nothing', async (length) => {
  const files = memoryFileSystem();
  await expect(writeImages(files, '/images', sizes, inPieces(new Uint8Array(length), 3))).rejects.toThrow('announced');
  expect(files.files().size).toBe(0);
});

test('a full disk is told as such, and leaves nothing', async () => {
  const files = memoryFileSystem({
    fail: (operation, _, number) => (operation === 'write' && number > 2 ? 'ENOSPC' : undefined),
  });
  await expect(writeImages(files, '/images', sizes, inPieces(new Uint8Array(8), 2))).rejects.toThrow(
    'cannot write images: the disk is full',
  );
  expect(files.files().size).toBe(0);
});

test('what the source of the pieces throws passes through', async () => {
  const files = memoryFileSystem();
  const broken = (async function* () {
    yield new Uint8Array(4);
    throw new Error('a damaged image');
  })();
  await expect(writeImages(files, '/images', sizes, broken)).rejects.toThrow('a damaged image');
  expect(files.files().size).toBe(0);
});
