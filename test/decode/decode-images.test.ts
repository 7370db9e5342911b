// Decoding against Pillow, to the last bit (golden/pillow.json, written by make_pillow.py); order, memory, damage and cancellation with real threads.
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DecodeError } from '../../src/decode/decode-error.ts';
import { decodeImages, type Decoded } from '../../src/decode/decode-images.ts';
import { decodePixels } from '../../src/decode/decode-pixels.ts';
import type { Source } from '../../src/decode/decode-worker.ts';
import { fitImage, plan, type Target } from '../../src/decode/fit-image.ts';
import { readImageHeader } from '../../src/decode/image-header.ts';
import { randomKey, RandomStream } from '../../src/random/random.ts';

const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'golden', 'pillow.json'), 'utf8')) as {
  readonly width: number;
  readonly height: number;
  readonly pixels: string;
  readonly grey: string;
  readonly files: Readonly<Record<string, { readonly file: string; readonly values: string }>>;
  readonly others: Readonly<Record<string, string>>;
  readonly fits: readonly { readonly target: Omit<Target, 'channels'>; readonly values: string }[];
};
const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'));
const fileOf = (name: string): Uint8Array => bytesOf(golden.files[name]!.file);
const whole: Target = { width: golden.width, height: golden.height, channels: 3, fit: 'stretch' };

async function collect(
  sources: readonly Source[],
  target: Target,
  options: Parameters<typeof decodeImages>[2] = { threads: 2 },
): Promise<readonly Decoded[]> {
  const chunks: Decoded[] = [];
  for await (const chunk of decodeImages(sources, target, options)) chunks.push(chunk);
  return chunks;
}

const worst = (a: Uint8Array, b: Uint8Array): number =>
  a.length === b.length ? a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at]!)), 0) : Infinity;

describe('an image is what Pillow reads', () => {
  for (const [name, { file, values }] of Object.entries(golden.files))
    it(name, async () => {
      const pixels = await decodePixels(bytesOf(file));
      const read = fitImage(pixels, whole);
      expect(worst(read, bytesOf(values))).toBe(0);
    });

  it('and grey what Pillow takes for grey', () => {
    const data = new Uint8Array(golden.width * golden.height * 4);
    bytesOf(golden.pixels).forEach((value, at) => (data[Math.floor(at / 3) * 4 + (at % 3)] = value));
    const read = fitImage({ width: golden.width, height: golden.height, data }, { ...whole, channels: 1 });
    expect(worst(read, bytesOf(golden.grey))).toBe(0);
  });
});

describe('an image is fitted as Pillow and torchvision do', () => {
  for (const { target, values } of golden.fits)
    it(JSON.stringify(target), async () => {
      const data = new Uint8Array(golden.width * golden.height * 4);
      bytesOf(golden.pixels).forEach((value, at) => (data[Math.floor(at / 3) * 4 + (at % 3)] = value));
      const fitted = fitImage({ width: golden.width, height: golden.height, data }, { ...target, channels: 3 });
      expect(worst(fitted, bytesOf(values))).toBe(0);
    });

  it('with no more resizing than the cut needs, whatever the shapes', () => {
    const random = new RandomStream(randomKey(1));
    for (let tried = 0; tried < 2000; tried += 1) {
      const [width, height, w, h] = [0, 0, 0, 0].map(() => 1 + random.integer(400)) as [number, number, number, number];
      const { resized, left, top } = plan({ width, height }, { width: w, height: h, channels: 3, fit: 'crop' });
      expect(resized.width === w || resized.height === h).toBe(true);
      expect(left >= 0 && top >= 0 && left + w <= resized.width && top + h <= resized.height).toBe(true);
    }
    const same = plan({ width: 20, height: 28 }, { width: 20, height: 28, channels: 1, fit: 'crop' });
    expect(same).toEqual({ resized: { width: 20, height: 28 }, left: 0, top: 0 });
  });

  it('and refuses a cut that is larger than the resized image', () => {
    expect(() =>
      plan({ width: 9, height: 9 }, { width: 8, height: 8, channels: 3, fit: 'crop', shorterSide: 7 }),
    ).toThrow('resized to 7×7 it is smaller than the 8×8 that are cut out');
  });
});

describe('a header', () => {
  it('says format, size and channels', () => {
    expect(readImageHeader(fileOf('progressive jpeg'))).toEqual({ format: 'jpeg', width: 23, height: 17, channels: 3 });
    expect(readImageHeader(fileOf('jpeg of four inks')).channels).toBe(4);
    expect(readImageHeader(fileOf('png with alpha'))).toEqual({ format: 'png', width: 23, height: 17, channels: 4 });
  });

  it('says what a file is instead', () => {
    for (const [name, file] of Object.entries(golden.others))
      expect(() => readImageHeader(bytesOf(file))).toThrow(`it is ${name}, and only JPEG and PNG are read`);
    expect(() => readImageHeader(Buffer.from('once upon a time'))).toThrow(
      'it is no image, and only JPEG and PNG are read',
    );
    expect(() => readImageHeader(new Uint8Array(0))).toThrow('it is empty');
  });

  it('never throws anything else, whatever the bytes', () => {
    const random = new RandomStream(randomKey(2));
    const known = /^it is (empty|cut off|no image,|an? [A-Z])|^its header is damaged|^it has \d+ bits a channel/;
    for (let tried = 0; tried < 3000; tried += 1) {
      const source = [fileOf('jpeg'), fileOf('png'), fileOf('progressive jpeg')][tried % 3]!;
      const bytes = source.slice(0, random.integer(source.length));
      for (let change = 0; change < 3 && bytes.length > 0; change += 1)
        bytes[random.integer(Math.min(bytes.length, 200))] = random.integer(256);
      try {
        readImageHeader(bytes);
      } catch (error) {
        expect((error as Error).message).toMatch(known);
      }
    }
  });

  it('with a size that would fill the memory is refused before anything is decoded', async () => {
    const bytes = fileOf('png').slice();
    new DataView(bytes.buffer).setUint32(16, 200_000);
    new DataView(bytes.buffer).setUint32(20, 200_000);
    await expect(decodePixels(bytes)).rejects.toThrow('it has 200000×200000 pixels, more than 100 million');
  });
});

describe('files on threads', () => {
  let folder = '';
  const paths: string[] = [];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pipe-decode-'));
    const kinds = ['jpeg', 'png', 'grey jpeg', 'png with a palette', 'jpeg of four inks'];
    for (let index = 0; index < 300; index += 1) {
      paths.push(join(folder, `${index}.img`));
      writeFileSync(paths[index]!, fileOf(kinds[index % kinds.length]!));
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const size = golden.width * golden.height * 3;

  it('come in order, whatever the number of threads, and from memory as from disk', async () => {
    const one = await collect(paths, whole, { threads: 1 });
    const three = await collect(paths, whole, { threads: 3 });
    const memory = await collect(
      paths.map((name) => ({ name, bytes: readFileSync(name) })),
      whole,
      { threads: 2 },
    );
    expect(three).toEqual(one);
    expect(memory).toEqual(one);
    expect(one.reduce((sum, { count }) => sum + count, 0)).toBe(300);
    const images = Buffer.concat(one.map(({ data }) => data));
    for (const index of [0, 1, 2, 3, 63, 64, 299]) {
      const expected = fitImage(await decodePixels(readFileSync(paths[index]!)), whole);
      expect(worst(images.subarray(index * size, (index + 1) * size), expected)).toBe(0);
    }
    expect(await collect([], whole)).toEqual([]);
  });

  it('give a box of an image where one is wanted, and hashes of the files', async () => {
    const target: Target = { width: 4, height: 3, channels: 3, fit: 'stretch' };
    const box = { left: 5, top: 2, width: 4, height: 3 };
    const [chunk] = await collect([{ path: paths[0]!, box }, paths[1]!], target, { threads: 1, hashes: true });
    const { width, data } = await decodePixels(readFileSync(paths[0]!));
    const cut = [2, 3, 4].flatMap((row) =>
      [5, 6, 7, 8].flatMap((column) => [0, 1, 2].map((c) => data[(row * width + column) * 4 + c]!)),
    );
    expect([...chunk!.data.subarray(0, 36)]).toEqual(cut);
    expect(chunk!.files).toEqual(
      paths.slice(0, 2).map((path) => {
        const bytes = readFileSync(path);
        return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
      }),
    );
    const outside = collect([{ path: paths[0]!, box: { ...box, left: 20 } }], target);
    await expect(outside).rejects.toThrow(
      `cannot decode ${paths[0]}: it has 23×17 pixels, and 4×3 from (20, 2) were wanted`,
    );
  });

  it('are read only a little ahead of who takes them', async () => {
    // Large images travel alone, so two threads are at most four ahead of the one that is taken. What is ahead is seen by removing a file's neighbours.
    const large: Target = { width: 700, height: 700, channels: 3, fit: 'stretch' };
    const own = paths.slice(0, 20).map((path, index) => {
      const copy = join(folder, `ahead-${index}.img`);
      writeFileSync(copy, readFileSync(path));
      return copy;
    });
    const images = decodeImages(own, large, { threads: 2 });
    expect((await images.next()).value).toMatchObject({ first: 0, count: 1 });
    await new Promise((resolve) => setTimeout(resolve, 3000));
    for (const path of own.slice(5)) rmSync(path);
    let taken = 1;
    const error: unknown = await (async () => {
      for await (const { count } of images) taken += count;
    })().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DecodeError);
    expect((error as DecodeError).file).toBe(own[5]);
    expect(taken).toBe(5);
  });

  const damaged: readonly (readonly [what: string, bytes: Uint8Array, reason: string])[] = [
    ['cut in half', fileOf('jpeg').subarray(0, fileOf('jpeg').length >> 1), 'it is damaged or cut off'],
    ['without its end', fileOf('jpeg').subarray(0, fileOf('jpeg').length - 2), 'it is damaged or cut off'],
    ['cut in its header', fileOf('jpeg').subarray(0, 30), 'it is cut off'],
    ['a PNG cut in half', fileOf('png').subarray(0, fileOf('png').length >> 1), 'it is damaged or cut off'],
    [
      'a PNG with one bit changed',
      fileOf('png').map((byte, at) => (at === 300 ? byte ^ 1 : byte)),
      'it is damaged or cut off',
    ],
    ['four inks, cut', fileOf('jpeg of four inks').subarray(0, 900), 'it is damaged or cut off'],
    ['a GIF', bytesOf(golden.others['a GIF']!), 'it is a GIF, and only JPEG and PNG are read'],
    ['empty', new Uint8Array(0), 'it is empty'],
  ];
  it.each(damaged)('%s are an error that names the file', async (_, bytes, reason) => {
    const path = join(folder, 'damaged.img');
    writeFileSync(path, bytes);
    const sources = [...paths.slice(0, 100), path, ...paths.slice(100), join(folder, 'nowhere.jpg')];
    // The first in order, though a later one fails too, and the images before its chunk have come.
    const taken: number[] = [];
    const error: unknown = await (async () => {
      for await (const { first } of decodeImages(sources, whole, { threads: 2 })) taken.push(first);
    })().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DecodeError);
    expect((error as Error).message).toBe(`cannot decode ${path}: ${reason}`);
    expect(taken).toEqual([0]);
  });

  it('that are missing, or folders, are errors too', async () => {
    await expect(collect([join(folder, 'nowhere.jpg')], whole)).rejects.toThrow(
      `cannot decode ${join(folder, 'nowhere.jpg')}: there is no such file`,
    );
    await expect(collect([folder], whole)).rejects.toThrow(`cannot decode ${folder}: it is a folder`);
  });

  it('are left alone once the signal says so, and no thread stays', async () => {
    const threads = (): number =>
      process.getActiveResourcesInfo().filter((name) => name === 'MessagePort' || name === 'Worker').length;
    const before = threads();
    const controller = new AbortController();
    const taken: number[] = [];
    const many = Array.from({ length: 20 }, () => paths).flat();
    const error: unknown = await (async () => {
      for await (const { first } of decodeImages(many, whole, { threads: 2, signal: controller.signal })) {
        taken.push(first);
        expect(threads()).toBeGreaterThan(before);
        if (taken.length === 2) controller.abort(new Error('enough'));
      }
    })().catch((thrown: unknown) => thrown);
    expect((error as Error).message).toBe('enough');
    expect(taken).toHaveLength(2);
    const waiting = collect(many, whole, { threads: 1, signal: AbortSignal.timeout(1) });
    await expect(waiting).rejects.toThrow(/timeout/);
    await expect(collect(paths, whole, { threads: 1, signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow(
      'before',
    );
    // Left by the one who takes.
    for await (const { first } of decodeImages(many, whole, { threads: 2 })) {
      expect(first).toBe(0);
      break;
    }
    expect(threads()).toBe(before);
  });
});
