import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Images, Labels, Manifest } from '../../../src/artifacts/artifact.ts';
import { StageError } from '../../../src/stage/stage.ts';
import { loadMnist, mnist, type MnistParameters } from '../../../src/stages/data/mnist.ts';
import { findMnistFile, MNIST_FILES, mnistExternalFiles } from '../../../src/stages/data/mnist-files.ts';
import { runStage, stageContext } from '../run-stage.ts';
import { idxFile, imagesFile, labelsFile } from './idx-file.ts';

let dataFolder: string;
let downloadFolder: string;
beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'pipe-data-'));
  downloadFolder = await mkdtemp(join(tmpdir(), 'pipe-downloads-'));
});

const put = async (files: Readonly<Record<string, Uint8Array>>, folder = dataFolder) => {
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
};

const parameters: MnistParameters = { split: 'train', count: 12 };
/** Without mirrors: nothing leaves the machine. */
const load = (given = parameters, mirrors: readonly string[] = []) =>
  loadMnist(stageContext({ parameters: { ...given }, dataFolder, downloadFolder }), mirrors);

async function failure(work: Promise<unknown>): Promise<StageError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StageError);
  return error as StageError;
}

describe('mnist: files in PIPE_DATA', () => {
  test.each([
    ['PIPE_DATA/mnist, gzip', 'mnist', true],
    ['PIPE_DATA itself, plain', '.', false],
  ])('the first images and labels are read from %s', async (_, below, zipped) => {
    const form = (bytes: Uint8Array) => (zipped ? gzipSync(bytes) : bytes);
    const suffix = zipped ? '.gz' : '';
    await put(
      {
        [`train-images-idx3-ubyte${suffix}`]: form(imagesFile(20)),
        [`train-labels-idx1-ubyte${suffix}`]: form(labelsFile(20)),
      },
      join(dataFolder, below),
    );
    const { outputs, progress } = await runStage(mnist, {
      parameters: { split: 'train', count: 12 },
      dataFolder,
      downloadFolder,
    });
    const images = outputs['images'] as Images;
    const labels = outputs['labels'] as Labels;
    expect({ ...images, data: images.data.length }).toEqual({
      count: 12,
      height: 28,
      width: 28,
      channels: 1,
      data: 12 * 784,
    });
    expect(images.data[11 * 784]).toBe(11);
    expect([...labels.values]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]);
    expect(labels.names).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    expect(progress.at(-1)).toEqual({ done: 12, total: 12, unit: 'images' });
    const manifest = outputs['manifest'] as Manifest;
    expect(manifest.classes.map(({ count }) => count)).toEqual([2, 2, 1, 1, 1, 1, 1, 1, 1, 1]);
    // Image i is of brightness i.
    expect(manifest.mean[0]).toBeCloseTo(5.5 / 255, 12);
    expect(manifest.deviation[0]).toBeCloseTo(Math.sqrt(143 / 12) / 255, 12);
    expect(manifest.sources.map(({ name }) => name)).toEqual([
      `train-images-idx3-ubyte${suffix}`,
      `train-labels-idx1-ubyte${suffix}`,
    ]);
  });

  test('the test split has files of its own', async () => {
    await put({ 't10k-images-idx3-ubyte': imagesFile(3), 't10k-labels-idx1-ubyte': labelsFile(3) });
    const { images } = await load({ split: 'test', count: 3 });
    expect((images as unknown as Images).count).toBe(3);
  });
});

describe('mnist: bad input', () => {
  const images = 'train-images-idx3-ubyte';
  const labels = 'train-labels-idx1-ubyte';

  test.each<[string, Readonly<Record<string, Uint8Array>>, RegExp]>([
    [
      'images cut short',
      { [images]: imagesFile(20).subarray(0, 9000), [labels]: labelsFile(20) },
      /train-images-idx3-ubyte is damaged: it is truncated: its header says 20 × 28 × 28 = 15680 bytes, and 8984 follow/,
    ],
    [
      'gzip cut short',
      { [`${images}.gz`]: gzipSync(imagesFile(20)).subarray(0, 60), [labels]: labelsFile(20) },
      /train-images-idx3-ubyte\.gz is damaged: gzip says/,
    ],
    [
      'labels in the place of images',
      { [images]: labelsFile(20), [labels]: labelsFile(20) },
      /train-images-idx3-ubyte is not an IDX file .* magic number is 0x00000801, expected 0x00000803/,
    ],
    [
      'an empty file',
      { [images]: new Uint8Array(0), [labels]: labelsFile(20) },
      /train-images-idx3-ubyte is damaged: it has 0 bytes/,
    ],
    [
      'images of another size',
      { [images]: imagesFile(20, 32, 32), [labels]: labelsFile(20) },
      /holds images of 32×32, expected 28×28/,
    ],
    [
      'more labels than images',
      { [images]: imagesFile(20), [labels]: labelsFile(21) },
      /holds 20 images, but .*train-labels-idx1-ubyte holds 21 labels/,
    ],
    [
      'fewer images than asked for',
      { [images]: imagesFile(11), [labels]: labelsFile(11) },
      /count is 12, but the train split in .*train-images-idx3-ubyte holds 11 images/,
    ],
    [
      'a label that is no digit',
      { [images]: imagesFile(12), [labels]: idxFile([12], new Uint8Array(12).fill(10, 5)) },
      /train-labels-idx1-ubyte: label 5 is 10, expected 0\.\.9/,
    ],
  ])('%s: refused with the file, what was expected and what was found', async (_, files, message) => {
    await put(files);
    expect((await failure(load())).message).toMatch(message);
  });

  test('a folder in the place of a file is told as such', async () => {
    await mkdir(join(dataFolder, images));
    expect((await failure(load())).message).toMatch(/cannot read .*train-images-idx3-ubyte: EISDIR/);
  });

  test('files that are nowhere: which ones, where they were looked for, and where to put them', async () => {
    const error = await failure(load(parameters, ['http://127.0.0.1:9/mnist/']));
    expect(error.message).toMatch(
      /^train-images-idx3-ubyte is not on this machine \(looked in PIPE_DATA, .*\), and no mirror gave it: http:\/\/127\.0\.0\.1:9\/mnist\/train-images-idx3-ubyte\.gz: /,
    );
    expect(error.hint).toBe(
      `put train-images-idx3-ubyte.gz and train-labels-idx1-ubyte.gz into ${join(dataFolder, 'mnist')}`,
    );
    const astray = join(dataFolder, 'none');
    const elsewhere = await failure(
      loadMnist(stageContext({ parameters: { ...parameters }, dataFolder: astray, downloadFolder }), [
        'http://127.0.0.1:9/',
      ]),
    );
    expect(elsewhere.message).toContain(`(PIPE_DATA is ${astray}, and there is no such folder)`);
    const unset = await failure(
      loadMnist(stageContext({ parameters: { ...parameters }, downloadFolder }), ['http://127.0.0.1:9/']),
    );
    expect(unset.message).toContain('PIPE_DATA is not set');
    expect(unset.hint).toBe(
      'put train-images-idx3-ubyte.gz and train-labels-idx1-ubyte.gz into a folder, and set PIPE_DATA to it',
    );
  });

  test('a mirror that serves other bytes is not believed', async () => {
    const server = createServer((_, response) => response.end(gzipSync(imagesFile(60_000, 1, 1))));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      expect((await failure(load(parameters, [mirror]))).message).toMatch(
        /the SHA-256 is [0-9a-f]{64}, published is ba891046/,
      );
      expect(await findMnistFile('train-images-idx3-ubyte', undefined, downloadFolder)).toBeUndefined();
    } finally {
      server.close();
    }
  });
});

describe('mnist: what enters the key', () => {
  test('a file that is there by its path, one that is not by its published checksum', async () => {
    await put({ 'train-labels-idx1-ubyte.gz': gzipSync(labelsFile(20)) });
    const files = await mnistExternalFiles({ split: 'train', count: 5 }, dataFolder, downloadFolder);
    expect(files.map(({ name, path, published }) => [name, path, published?.slice(0, 8)])).toEqual([
      ['train-images-idx3-ubyte', undefined, 'ba891046'],
      ['train-labels-idx1-ubyte', join(dataFolder, 'train-labels-idx1-ubyte.gz'), '65a50cbb'],
    ]);
  });
});

const real = process.env['PIPE_DATA'];
const realImages = real === undefined ? undefined : await findMnistFile('train-images-idx3-ubyte', real, '/nowhere');

describe.skipIf(realImages === undefined)('mnist: the real files (set PIPE_DATA to a folder that holds them)', () => {
  test('the first digits of the training split are 5 0 4 1 9 2 1 3 1 4', async () => {
    const context = stageContext<MnistParameters, object>({
      parameters: { split: 'train', count: 10 },
      dataFolder: real!,
      downloadFolder,
    });
    const { images, labels } = await loadMnist(context, []);
    expect([...labels.values]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    const { data } = images as unknown as Images;
    expect(data.subarray(0, 784).reduce((sum, value) => sum + value, 0)).toBe(27_525);
  });

  test('a download from a mirror is checked, kept plain, and used by the next run without the mirror', async () => {
    const requests: string[] = [];
    const server = createServer((request, response) => {
      requests.push(request.url!);
      void findMnistFile(request.url!.slice(1).replace(/\.gz$/, ''), real, '/nowhere').then(async (path) =>
        response.end(await readFile(path!)),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const context = stageContext<MnistParameters, object>({
      parameters: { split: 'test', count: 100 },
      downloadFolder,
    });
    try {
      const first = await loadMnist(context, [mirror]);
      expect(requests).toEqual(['/t10k-images-idx3-ubyte.gz', '/t10k-labels-idx1-ubyte.gz']);
      expect(await loadMnist(context, [])).toEqual(first);

      // The key does not change with the download: the kept file has the published checksum.
      const [images] = await mnistExternalFiles({ split: 'test' }, undefined, downloadFolder);
      const kept = await readFile(images!.path!);
      expect(createHash('sha256').update(kept).digest('hex')).toBe(images!.published);
      expect(MNIST_FILES.find(({ name }) => name === images!.name)!.size).toBe(kept.length);

      // A kept file that rotted is fetched again.
      kept[5000]! ^= 1;
      await writeFile(images!.path!, kept);
      const warnings: string[] = [];
      const warned = stageContext<MnistParameters, object>(
        { parameters: { split: 'test', count: 100 }, downloadFolder },
        [],
        warnings,
      );
      expect(await loadMnist(warned, [mirror])).toEqual(first);
      expect(warnings).toEqual([`${images!.path!} no longer has its published checksum: it is fetched again`]);
    } finally {
      server.close();
    }
  });
});
