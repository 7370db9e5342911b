// Makes small data sets on disk for tests: folders of images, files of records.
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';

export type Colour = readonly [red: number, green: number, blue: number];

/** A JPEG or PNG of one colour. */
export async function imageFile(
  format: 'jpeg' | 'png',
  [r, g, b]: Colour,
  [width, height]: readonly [number, number] = [12, 10],
): Promise<Uint8Array> {
  const image = sharp({ create: { width, height, channels: 3, background: { r, g, b } } });
  return format === 'jpeg' ? image.jpeg({ quality: 100 }).toBuffer() : image.png().toBuffer();
}

/** Writes files below a folder, by name. */
export async function putFiles(folder: string, files: Readonly<Record<string, Uint8Array | string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

/** The first value of each image of `size` bytes. */
export const firstOfEach = (data: Uint8Array, size: number): readonly number[] =>
  Array.from({ length: data.length / size }, (_, index) => data[index * size]!);

export const hashOf = (algorithm: 'md5' | 'sha256', bytes: Uint8Array | string): string =>
  createHash(algorithm).update(bytes).digest('hex');
