// Folders of real image files, whole and damaged on purpose: image_folder, image_crops, and what of them enters a key.
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Images, Labels, Manifest } from '../../../src/artifacts/artifact.ts';
import { imageFolderFiles } from '../../../src/stages/data/folder-files.ts';
import { imageCrops } from '../../../src/stages/data/image-crops.ts';
import { imageFolder } from '../../../src/stages/data/image-folder.ts';
import { runStage } from '../run-stage.ts';
import { firstOfEach, hashOf, imageFile, putFiles } from './image-fixtures.ts';

let dataFolder: string;
const pngs: Uint8Array[] = [];
beforeAll(async () => {
  for (let index = 0; index < 8; index += 1) pngs.push(await imageFile('png', [10 * index, 100, 200]));
});
beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'pipe-folder-'));
});
afterEach(() => rm(dataFolder, { recursive: true, force: true }));

const given = {
  ...{ folder: 'set', count: 5, classes: 2, height: 4, width: 6, channels: 3 },
  ...{ fit: 'crop', shorter_side: null, subset: [] as string[] },
};
const load = async (change: Partial<typeof given> | Record<string, unknown> = {}) => {
  const run = await runStage(imageFolder, { parameters: { ...given, ...change }, dataFolder });
  const { images, labels, manifest } = run.outputs as { images: Images; labels: Labels; manifest: Manifest };
  return { images, labels, manifest, warnings: run.warnings, progress: run.progress };
};
const failure = async (change: Record<string, unknown> = {}) => {
  const error: unknown = await load(change).catch((reason: unknown) => reason);
  expect((error as Error).name).toBe('StageError');
  return error as Error & { hint?: string };
};

/** Classes b and a, by content: a has red 0, 10, 20; b has 30, 40. */
const twoClasses = () =>
  putFiles(join(dataFolder, 'set'), {
    'b/2.PNG': pngs[4]!,
    'b/1.png': pngs[3]!,
    'a/deep/3.png': pngs[2]!,
    'a/10.png': pngs[0]!,
    'a/2.png': pngs[1]!,
  });

describe('image_folder', () => {
  test('classes and files come by code unit, whatever the depth; counts, hashes, mean and deviation are those of the images', async () => {
    await twoClasses();
    await writeFile(join(dataFolder, 'set/a/.DS_Store'), 'x');
    const { images, labels, manifest, warnings, progress } = await load();
    expect({ ...images, data: images.data.length }).toEqual({ count: 5, height: 4, width: 6, channels: 3, data: 360 });
    expect(firstOfEach(images.data, 72)).toEqual([0, 10, 20, 30, 40]);
    expect(labels).toEqual({ values: Int32Array.of(0, 0, 0, 1, 1), names: ['a', 'b'] });
    expect(warnings).toEqual([]);
    expect(progress.at(-1)).toMatchObject({ done: 5, total: 5, unit: 'images' });

    expect(manifest.classes).toEqual([
      { name: 'a', count: 3 },
      { name: 'b', count: 2 },
    ]);
    manifest.mean.forEach((mean, channel) => expect(mean).toBeCloseTo([20, 100, 200][channel]! / 255, 12));
    manifest.deviation.forEach((one, channel) => expect(one).toBeCloseTo([Math.sqrt(200), 0, 0][channel]! / 255, 12));
    const files = [
      ['a/10.png', 0],
      ['a/2.png', 1],
      ['a/deep/3.png', 2],
      ['b/1.png', 3],
      ['b/2.PNG', 4],
    ] as const;
    expect(manifest.sources).toEqual([
      {
        ...{ name: 'images', files: 5, bytes: files.reduce((sum, [, at]) => sum + pngs[at]!.length, 0) },
        sha256: hashOf('sha256', files.map(([name, at]) => `${name}\n${hashOf('sha256', pngs[at]!)}\n`).join('')),
      },
    ]);
  });

  test('fewer images than there are: evenly spaced, so that every class keeps its share', async () => {
    await twoClasses();
    const { images, labels, manifest } = await load({ count: 2 });
    expect(firstOfEach(images.data, 72)).toEqual([0, 20]);
    expect([...labels.values]).toEqual([0, 0]);
    expect((await load({ count: 3 })).labels.values).toEqual(Int32Array.of(0, 0, 1));
    expect(manifest.rule).toContain('2 of 5 images, evenly spaced');
  });

  test('a subset is labelled in its own order; images without folders are one class; a link is followed', async () => {
    await twoClasses();
    const some = await load({ subset: ['b', 'a'] });
    expect(some.labels).toEqual({ values: Int32Array.of(0, 0, 1, 1, 1), names: ['b', 'a'] });
    await symlink(join(dataFolder, 'set/b'), join(dataFolder, 'flat'));
    const flat = await load({ folder: join(dataFolder, 'flat'), count: 2, classes: 1, channels: 1 });
    expect(flat.labels).toEqual({ values: Int32Array.of(0, 0), names: ['flat'] });
    // 0.299 R + 0.587 G + 0.114 B.
    expect(firstOfEach(flat.images.data, 24)).toEqual([90, 93]);
  });

  test('an image of another shape is fitted: the middle of it, or all of it', async () => {
    const wide = new Uint8Array(await imageFile('png', [9, 9, 9], [40, 10]));
    await putFiles(join(dataFolder, 'set'), { 'wide.png': wide });
    for (const fit of ['crop', 'stretch'])
      expect((await load({ count: 1, classes: 1, fit })).images.data).toEqual(new Uint8Array(72).fill(9));
  });

  test('files that are no images are named in a warning', async () => {
    await twoClasses();
    await putFiles(join(dataFolder, 'set'), { 'a/notes.txt': 'x', 'b/anim.gif': 'x' });
    expect((await load()).warnings).toEqual([
      'passed over files that are no JPEG or PNG by their name: a/notes.txt, b/anim.gif',
    ]);
  });

  test.each<[string, Record<string, unknown>, () => Promise<unknown>, RegExp, string]>([
    [
      'a folder that is not there',
      { folder: 'none' },
      async () => undefined,
      /there is no folder .*none or .*none$/,
      'give a folder that is absolute, or below PIPE_DATA or the current folder',
    ],
    [
      'another number of classes',
      { classes: 3 },
      twoClasses,
      /set has 2 classes \(a, b\), expected classes: 3/,
      'set classes: 2',
    ],
    [
      'fewer images than asked for',
      { count: 6 },
      twoClasses,
      /set holds 5 images, fewer than count: 6/,
      'set count: 5',
    ],
    [
      'a missing class folder',
      { subset: ['a', 'c'] },
      twoClasses,
      /set has no folder for 1 of 2 classes: c$/,
      'name folders as they are written',
    ],
    ['a class named twice', { subset: ['a', 'a'] }, twoClasses, /class a is named twice/, 'name every class once'],
    [
      'an empty class folder',
      { classes: 3 },
      () => twoClasses().then(() => putFiles(join(dataFolder, 'set'), { 'c/readme.md': 'x' })),
      /set\/c holds no JPEG or PNG file, only readme\.md/,
      'put its images there, or remove the folder',
    ],
    [
      'an image beside the folders of classes',
      {},
      () => twoClasses().then(() => putFiles(join(dataFolder, 'set'), { 'stray.png': pngs[0]! })),
      /set\/stray\.png lies beside folders of classes \(a, …\)/,
      'move images into the folder of their class, or folders that are no classes elsewhere',
    ],
    [
      'a truncated image',
      {},
      () => twoClasses().then(() => putFiles(join(dataFolder, 'set'), { 'b/1.png': pngs[3]!.subarray(0, 60) })),
      /^cannot decode .*set\/b\/1\.png: it is damaged or cut off$/,
      'replace the file by a fresh copy, or remove it if the set may do without it',
    ],
    [
      'text in the place of an image',
      {},
      () => twoClasses().then(() => putFiles(join(dataFolder, 'set'), { 'b/1.png': 'once upon a time' })),
      /set\/b\/1\.png: it is no image, and only JPEG and PNG are read/,
      'replace the file by a fresh copy, or remove it if the set may do without it',
    ],
    [
      'two channels',
      { channels: 2 },
      twoClasses,
      /channels is 2/,
      'set channels: 3 for colours or channels: 1 for grey',
    ],
    [
      'a cut larger than the image',
      { height: 8, width: 8, shorter_side: 5 },
      twoClasses,
      /shorter_side is 5, smaller than the 8×8 that are cut out/,
      'set shorter_side: 8 or more',
    ],
  ])('%s: refused with the place and what to do', async (_, change, prepare, message, hint) => {
    await prepare();
    const error = await failure(change);
    expect(error.message).toMatch(message);
    expect(error.hint).toBe(hint);
  });

  test('a set larger than a later stage could read is refused before anything is decoded', async () => {
    const root = join(dataFolder, 'set');
    await mkdir(root);
    for (let index = 0; index < 90; index += 1) await writeFile(join(root, `${index}.png`), 'not read');
    const error = await failure({ count: 90, classes: 1, height: 4096, width: 4096 });
    expect(error.message).toMatch(/90 images of 4096×4096×3 are 4\.2 GiB, and one set may hold 4 GiB/);
    expect(error.hint).toMatch(/^ask for at most 85 images/);
  });
});

describe('what enters the key of a folder', () => {
  const listing = async (change: Record<string, unknown> = {}) => {
    const [file, ...more] = await imageFolderFiles({ ...given, ...change }, dataFolder, '/nowhere');
    expect(more).toEqual([]);
    return file!.listing;
  };

  test('names, sizes and times of its images, of a subset only its own', async () => {
    expect(await listing()).toBeUndefined();
    await twoClasses();
    const [whole, b] = [await listing(), await listing({ subset: ['b'] })];
    expect(whole).toMatch(/^[0-9a-f]{64}$/);
    expect(await listing()).toBe(whole);
    await writeFile(join(dataFolder, 'set/a/notes.txt'), 'x');
    expect(await listing()).toBe(whole);
    await utimes(join(dataFolder, 'set/a/2.png'), 5, 5);
    const touched = await listing();
    expect(touched).not.toBe(whole);
    await writeFile(join(dataFolder, 'set/a/new.png'), pngs[0]!);
    expect(await listing()).not.toBe(touched);
    expect(await listing({ subset: ['b'] })).toBe(b);
    await rm(join(dataFolder, 'set/b/1.png'));
    expect(await listing({ subset: ['b'] })).not.toBe(b);
  });
});

describe('image_crops', () => {
  const crops = { folder: 'set', count: 7, height: 5, width: 5, sources: null, crop_min: 0.2, crop_max: 1, seed: 0 };
  const cut = async (change: Record<string, unknown> = {}) =>
    (await runStage(imageCrops, { parameters: { ...crops, ...change }, dataFolder })).outputs as {
      images: Images;
      manifest: Manifest;
    };

  test('are of the files in turn; crop k is the same whatever the count, and another with another seed', async () => {
    // The left half dark, the right half bright: where a box was shows in its mean.
    const { default: sharp } = await import('sharp');
    const half = Uint8Array.from({ length: 60 * 40 * 3 }, (_, at) => (Math.floor(at / 3) % 60 < 30 ? 20 : 220));
    const png = await sharp(half, { raw: { width: 60, height: 40, channels: 3 } })
      .png()
      .toBuffer();
    await putFiles(join(dataFolder, 'set'), {
      'x/b.png': png,
      'a.jpg': await imageFile('jpeg', [50, 50, 50], [30, 50]),
    });
    const { images, manifest } = await cut();
    expect(images).toMatchObject({ count: 7, height: 5, width: 5, channels: 3 });
    const one = (index: number, from = images) => from.data.subarray(index * 75, (index + 1) * 75);
    for (const index of [0, 2, 4, 6]) expect([...one(index)].every((value) => Math.abs(value - 50) <= 1)).toBe(true);
    expect(new Set([1, 3, 5].map((index) => one(index).join())).size).toBe(3);
    // Each file counts once, however many crops are of it.
    expect(manifest.sources).toMatchObject([{ name: 'images', files: 2 }]);
    expect(manifest.seed).toBe(0);
    expect(one(1, (await cut({ count: 3 })).images)).toEqual(one(1));
    expect(one(1, (await cut({ seed: 1 })).images)).not.toEqual(one(1));
  });

  test.each<[string, Record<string, unknown>, Record<string, Uint8Array | string>, RegExp]>([
    ['no image', {}, { 'a.txt': 'x' }, /set holds no JPEG or PNG file/],
    [
      'another number of files than the published set',
      { sources: 4319 },
      { 'a.png': '' },
      /set holds 1 images, expected 4319/,
    ],
    ['a file that is no image', {}, { 'a.jpg': 'x' }, /cannot decode .*set\/a\.jpg: it is no image/],
    [
      'shares out of order',
      { crop_min: 0.9, crop_max: 0.5 },
      { 'a.png': 'x' },
      /crop_min is 0\.9, more than crop_max, 0\.5/,
    ],
  ])('%s: refused', async (_, change, files, message) => {
    await putFiles(join(dataFolder, 'set'), files);
    await expect(cut(change)).rejects.toThrow(message);
  });
});
