// CIFAR-10, CIFAR-100-20 and STL-10 on small files in their real forms, loose, in an archive, from a server; whole and damaged on purpose.
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Images, Labels, Manifest } from '../../../src/artifacts/artifact.ts';
import { StageError } from '../../../src/stage/stage.ts';
import { CIFAR10_FORMAT, CIFAR100_FORMAT, loadCifar, type CifarFormat } from '../../../src/stages/data/cifar.ts';
import { FINE_TO_COARSE, SUPERCLASSES } from '../../../src/stages/data/cifar100-classes.ts';
import type { PublishedSet } from '../../../src/stages/data/published-set.ts';
import { CIFAR10, CIFAR100, cifar10Files, STL10, stl10Files } from '../../../src/stages/data/published-sets.ts';
import { loadStl10, loadUnlabelled } from '../../../src/stages/data/stl10.ts';
import { stageContext } from '../run-stage.ts';
import { hashOf, putFiles } from './image-fixtures.ts';

let dataFolder: string;
let downloadFolder: string;
let warnings: string[];
beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'pipe-records-'));
  downloadFolder = await mkdtemp(join(tmpdir(), 'pipe-downloads-'));
  warnings = [];
});
afterEach(async () => {
  for (const folder of [dataFolder, downloadFolder]) await rm(folder, { recursive: true, force: true });
});

interface Loaded {
  readonly images: Images;
  readonly labels: Labels;
  readonly manifest: Manifest;
}
const context = (parameters: object) =>
  stageContext<never, object>({ parameters: { ...parameters }, dataFolder, downloadFolder }, [], warnings);

/** A set as published, but with these files. */
function smallSet(
  set: PublishedSet,
  files: Readonly<Record<string, Uint8Array>>,
  archive: Partial<PublishedSet['archive']> = {},
): PublishedSet {
  return {
    ...set,
    files: Object.entries(files).map(([name, bytes]) => ({ name, size: bytes.length, md5: hashOf('md5', bytes) })),
    archive: { ...set.archive, urls: [], ...archive },
  };
}

async function failure(work: Promise<unknown>): Promise<StageError> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(StageError);
  return error as StageError;
}

/** Value of channel c at row r, column x of image i; no two neighbours agree. */
const pixel = (i: number, c: number, r: number, x: number): number => (i * 53 + c * 101 + r * 7 + x * 3) % 256;

/** Records of label bytes and planes, each row by row. */
function cifarFile(labels: readonly (readonly number[])[], first: number): Uint8Array {
  return Uint8Array.from(
    labels.flatMap((label, index) => [
      ...label,
      ...Array.from({ length: 3072 }, (_, at) => pixel(first + index, at >> 10, (at & 1023) >> 5, at & 31)),
    ]),
  );
}

function expectPixels({ data, height, width }: Images, image: number, of: number): void {
  const found = data.subarray(image * height * width * 3, (image + 1) * height * width * 3);
  const expected = Array.from({ length: found.length }, (_, at) =>
    pixel(of, at % 3, Math.floor(at / 3 / width), Math.floor(at / 3) % width),
  );
  expect([...found]).toEqual(expected);
}

const batches = (): Record<string, Uint8Array> => ({
  'data_batch_1.bin': cifarFile([[3], [9]], 0),
  'data_batch_2.bin': cifarFile([[0], [1]], 2),
  'data_batch_3.bin': cifarFile([[5], [5]], 4),
  'data_batch_4.bin': cifarFile([[6], [7]], 6),
  'data_batch_5.bin': cifarFile([[8], [2]], 8),
  'test_batch.bin': cifarFile([[4], [3]], 10),
});

describe('cifar10', () => {
  const folder = 'cifar-10-batches-bin';
  const load = async (
    files: Readonly<Record<string, Uint8Array>>,
    parameters: object = {},
    set = smallSet(CIFAR10, batches()),
  ): Promise<Loaded> => {
    await putFiles(join(dataFolder, folder), files);
    const format: CifarFormat = { ...CIFAR10_FORMAT, set };
    return (await loadCifar(context({ train: 10, test: 0, folder, ...parameters }), format)) as unknown as Loaded;
  };

  test('training images in the order of the batches, then test images; planes become pixels', async () => {
    const { images, labels, manifest } = await load(batches(), { train: 3, test: 2 });
    expect(images).toMatchObject({ count: 5, height: 32, width: 32, channels: 3 });
    [0, 1, 2, 10, 11].forEach((of, image) => expectPixels(images, image, of));
    expect([...labels.values]).toEqual([3, 9, 0, 4, 3]);
    expect(labels.names[4]).toBe('deer');
    expect(manifest).toMatchObject({ name: 'CIFAR-10', split: 'train 3, test 2', count: 5, seed: null });
    expect(manifest.classes.find(({ name }) => name === 'cat')).toEqual({ name: 'cat', count: 2 });
    // Whole files are hashed, though not all of the second was taken.
    expect(manifest.sources).toEqual(
      ['data_batch_1.bin', 'data_batch_2.bin', 'test_batch.bin'].map((name) => ({
        ...{ name, files: 1, bytes: 6146 },
        sha256: hashOf('sha256', batches()[name]!),
      })),
    );
  });

  const damaged: readonly [string, Record<string, Uint8Array>, object, RegExp][] = [
    [
      'cut off in a record',
      { ...batches(), 'data_batch_2.bin': batches()['data_batch_2.bin']!.subarray(0, 5000) },
      {},
      /data_batch_2\.bin is damaged: 5000 bytes are no whole number of records of 3073; it ends in record 1/,
    ],
    ['empty', { ...batches(), 'data_batch_1.bin': new Uint8Array(0) }, {}, /data_batch_1\.bin is damaged: 0 bytes/],
    [
      'with a label that is none',
      { ...batches(), 'data_batch_5.bin': cifarFile([[8], [10], [1]], 8) },
      {},
      /data_batch_5\.bin is damaged: record 1, at byte 3073, has label 10, expected 0\.\.9/,
    ],
    [
      'with one bit changed',
      {
        ...batches(),
        'data_batch_4.bin': batches()['data_batch_4.bin']!.map((byte, at) => (at === 4000 ? byte ^ 1 : byte)),
      },
      {},
      /data_batch_4\.bin is damaged: its MD5 is [0-9a-f]{32}, published is [0-9a-f]{32}/,
    ],
    [
      'with fewer images than asked for',
      { ...batches(), 'test_batch.bin': cifarFile([[1]], 0) },
      { train: 0, test: 2 },
      /cifar10: test is 2, but the files in cifar-10-batches-bin hold 1 images of it/,
    ],
  ];
  test.each(damaged)('a file %s is refused, with its place', async (_, files, parameters, message) => {
    const error = await failure(load(files, parameters));
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(/^(replace the file by a fresh copy|ask for)/);
  });

  test('no image at all is refused', async () => {
    expect((await failure(load({}, { train: 0, test: 0 }))).message).toBe('cifar10: train and test are both 0');
  });

  test('files of another size are another set in the same form, and are used as they are', async () => {
    const { labels } = await load({ ...batches(), 'data_batch_1.bin': cifarFile([[1], [2], [3]], 0) }, { train: 4 });
    expect([...labels.values]).toEqual([1, 2, 3, 0]);
  });

  test('without files or an address: which is missing, where it was looked for, what to do', async () => {
    await rm(dataFolder, { recursive: true });
    const error = await failure(load({}, {}, smallSet(CIFAR10, batches(), { urls: ['http://127.0.0.1:9/x.tar.gz'] })));
    expect(error.message).toMatch(
      /^data_batch_1\.bin of CIFAR-10 is not on this machine \(looked in .*cifar-10-batches-bin or .*\), and no address gave cifar-10-binary\.tar\.gz: http:\/\/127\.0\.0\.1:9\/x\.tar\.gz: /,
    );
    expect(error.hint).toContain('put cifar-10-binary.tar.gz, or the folder cifar-10-batches-bin that is in it, into ');
  });
});

describe('the archive of a set', () => {
  const folder = 'cifar-10-batches-bin';
  let server: Server;
  let requests: number;
  let archive: Buffer;
  beforeEach(async () => {
    requests = 0;
    const files = { ...batches(), 'readme.html': Buffer.from('not taken') };
    const tar = pack();
    for (const [name, bytes] of Object.entries(files).reverse())
      tar.entry({ name: `${folder}/${name}` }, Buffer.from(bytes));
    tar.finalize();
    const pieces: Buffer[] = [];
    for await (const piece of tar) pieces.push(piece as Buffer);
    archive = gzipSync(Buffer.concat(pieces));
    server = createServer((_, response) => {
      requests += 1;
      response.end(archive);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => server.close());
  const set = (published = archive) =>
    smallSet(CIFAR10, batches(), {
      urls: [`http://127.0.0.1:${(server.address() as AddressInfo).port}/cifar-10-binary.tar.gz`],
      ...{ size: published.length, md5: hashOf('md5', published) },
    });
  const load = async (of = set()) =>
    (await loadCifar(context({ train: 10, test: 2, folder }), { ...CIFAR10_FORMAT, set: of })) as unknown as Loaded;

  test('is fetched, compared, unpacked and removed; the next run needs no server; rot is repaired', async () => {
    const first = await load();
    expect([...first.labels.values]).toEqual([3, 9, 0, 1, 5, 5, 6, 7, 8, 2, 4, 3]);
    expect(await readdir(downloadFolder)).toEqual([folder]);
    expect((await readdir(join(downloadFolder, folder))).sort()).toEqual(Object.keys(batches()).sort());
    expect(await load()).toEqual(first);
    expect(requests).toBe(1);
    await writeFile(join(downloadFolder, folder, 'test_batch.bin'), 'x');
    expect(await load()).toEqual(first);
    expect(requests).toBe(2);
    expect(warnings).toEqual([expect.stringContaining('test_batch.bin no longer has its 6146 bytes')]);
  });

  test('is taken from PIPE_DATA where it lies there, and left there', async () => {
    await putFiles(dataFolder, { 'cifar-10-binary.tar.gz': archive });
    await load();
    expect(requests).toBe(0);
    expect((await stat(join(dataFolder, 'cifar-10-binary.tar.gz'))).size).toBe(archive.length);
  });

  test('with another checksum is refused, from PIPE_DATA and from a server, and nothing is unpacked', async () => {
    const other = Buffer.from(archive.map((byte, at) => (at === 50 ? byte ^ 1 : byte)));
    const wanted = set(other);
    expect((await failure(load(wanted))).message).toMatch(/the MD5 is [0-9a-f]{32}, published is [0-9a-f]{32}/);
    await putFiles(dataFolder, { 'cifar-10-binary.tar.gz': archive });
    const error = await failure(load(wanted));
    expect(error.message).toMatch(/cifar-10-binary\.tar\.gz is damaged: its MD5 is/);
    expect(await readdir(downloadFolder)).toEqual([]);
  });

  test('that is cut off, or lacks a file, is told as such, and leaves nothing that could be taken for whole', async () => {
    const cut = archive.subarray(0, archive.length >> 1);
    await putFiles(dataFolder, { 'cifar-10-binary.tar.gz': cut });
    expect((await failure(load(set(Buffer.from(cut))))).message).toMatch(/cifar-10-binary\.tar\.gz is damaged: /);
    expect(await readdir(join(downloadFolder, folder))).toEqual([]);

    await putFiles(dataFolder, { 'cifar-10-binary.tar.gz': archive });
    const more = set();
    const lacking = { ...more, files: [...more.files, { name: 'data_batch_9.bin', size: 1, md5: undefined }] };
    expect((await failure(load(lacking))).message).toMatch(/cifar-10-binary\.tar\.gz has no data_batch_9\.bin/);
    expect(await readdir(join(downloadFolder, folder))).toEqual([]);
  });

  test('decides the key, whether it is there or not; loose files go by their content', async () => {
    const files = () => cifar10Files({ train: 20_001, test: 0, folder }, dataFolder, downloadFolder);
    const before = await files();
    expect(before).toEqual(
      [1, 2, 3].map((batch) => ({
        name: `data_batch_${batch}.bin`,
        path: undefined,
        published: `md5 ${CIFAR10.archive.md5}`,
      })),
    );
    await load();
    expect(await files()).toEqual(before);
    await putFiles(join(dataFolder, folder), { 'data_batch_2.bin': 'x' });
    expect((await files())[1]).toEqual({
      name: 'data_batch_2.bin',
      path: join(dataFolder, folder, 'data_batch_2.bin'),
    });
  });
});

describe('cifar100_20', () => {
  const folder = 'cifar-100-binary';
  const files = (records: readonly (readonly number[])[]) => ({
    'train.bin': cifarFile(records, 0),
    'test.bin': cifarFile([[0, 4]], 90),
  });
  const load = async (records: readonly (readonly number[])[]) => {
    await putFiles(join(dataFolder, folder), files(records));
    const format = { ...CIFAR100_FORMAT, set: smallSet(CIFAR100, files(records)) };
    return (await loadCifar(context({ train: records.length, test: 1, folder }), format)) as unknown as Loaded;
  };

  test('the coarse label counts, the fine one is skipped', async () => {
    const { images, labels } = await load([
      [19, 41],
      [14, 2],
    ]);
    [0, 1, 90].forEach((of, image) => expectPixels(images, image, of));
    expect([...labels.values]).toEqual([19, 14, 0]);
    expect(labels.names).toHaveLength(20);
    expect(labels.names[14]).toBe('people');
  });

  test('every fine label belongs to one of the twenty, five to each', () => {
    expect(FINE_TO_COARSE).toHaveLength(100);
    for (const coarse of SUPERCLASSES.keys()) expect(FINE_TO_COARSE.filter((one) => one === coarse)).toHaveLength(5);
  });

  test.each([
    [[20, 4], /train\.bin is damaged: record 1, at byte 3074, has coarse label 20, expected 0\.\.19/],
    [[0, 100], /record 1, at byte 3074, has fine label 100, expected 0\.\.99/],
    [[3, 4], /record 1, at byte 3074, has coarse label 3 with fine label 4, which is of 0/],
  ])('labels %j are refused', async (record, message) => {
    expect((await failure(load([[0, 4], record]))).message).toMatch(message);
  });
});

describe('stl10', () => {
  const folder = 'stl10_binary';
  /** Planes, each column by column. */
  const pictures = (first: number, count: number) =>
    Uint8Array.from({ length: count * 27_648 }, (_, at) => {
      const within = at % 27_648;
      return pixel(
        first + Math.floor(at / 27_648),
        Math.floor(within / 9216),
        within % 96,
        Math.floor((within % 9216) / 96),
      );
    });
  const whole = (): Record<string, Uint8Array> => ({
    'train_X.bin': pictures(0, 3),
    'train_y.bin': Uint8Array.of(1, 10, 3),
    'test_X.bin': pictures(3, 2),
    'test_y.bin': Uint8Array.of(2, 9),
    'unlabeled_X.bin': pictures(5, 2),
  });
  const put = (files = whole()) => putFiles(join(dataFolder, folder), files);
  const set = () => smallSet(STL10, whole());
  const load = async (parameters: object = {}) =>
    (await loadStl10(context({ train: 2, test: 2, folder, ...parameters }), set())) as unknown as Loaded;

  test('columns become rows, labels start at 0, both parts go together', async () => {
    await put();
    const { images, labels, manifest } = await load();
    expect(images).toMatchObject({ count: 4, height: 96, width: 96, channels: 3 });
    [0, 1, 3, 4].forEach((of, image) => expectPixels(images, image, of));
    expect([...labels.values]).toEqual([0, 9, 1, 8]);
    expect(labels.names[9]).toBe('truck');
    expect(manifest.split).toBe('train 2, test 2');
    expect(manifest.sources.map(({ name }) => name).sort()).toEqual([
      'test_X.bin',
      'test_y.bin',
      'train_X.bin',
      'train_y.bin',
    ]);
  });

  test('the unlabelled split has images and no labels', async () => {
    await put();
    const { images, manifest } = (await loadUnlabelled(context({ count: 1, folder }), set())) as unknown as Loaded;
    expectPixels(images, 0, 5);
    expect(manifest).toMatchObject({ split: 'unlabelled 1', classes: [] });
    expect((await failure(loadUnlabelled(context({ count: 3, folder }), set()))).message).toMatch(
      /count is 3, but .*unlabeled_X\.bin holds 2 images/,
    );
  });

  test.each<[string, Record<string, Uint8Array>, RegExp]>([
    [
      'images cut off',
      { 'train_X.bin': pictures(0, 3).subarray(0, 70_000) },
      /train_X\.bin is damaged: 70000 bytes .* it ends in record 2/,
    ],
    [
      'a label 0',
      { 'train_y.bin': Uint8Array.of(1, 0, 3, 4) },
      /train_y\.bin is damaged: label 1 is 0, expected 1\.\.10/,
    ],
    ['a label 11', { 'test_y.bin': Uint8Array.of(11) }, /test_y\.bin is damaged: label 0 is 11/],
    [
      'fewer labels than images',
      { 'test_y.bin': Uint8Array.of(2) },
      /test_X\.bin holds 2 images, but .*test_y\.bin holds 1 labels/,
    ],
    ['another checksum', { 'train_y.bin': Uint8Array.of(1, 2, 3) }, /train_y\.bin is damaged: its MD5 is/],
  ])('%s: refused', async (_, change, message) => {
    await put({ ...whole(), ...change });
    expect((await failure(load())).message).toMatch(message);
  });

  test('only the files of the parts that are read enter the key', async () => {
    const names = async (parameters: object) =>
      (await stl10Files({ folder, ...parameters }, dataFolder, downloadFolder)).map(({ name }) => name);
    expect(await names({ train: 0, test: 5 })).toEqual(['test_X.bin', 'test_y.bin']);
    expect(await names({ train: 1, test: 5 })).toHaveLength(4);
  });
});
