// MNIST from its IDX files (docs/methods.md §1.1). In: a split and a count; out: the first images of it and their digits.
// A file in PIPE_DATA is used as it is, so any set in the same form (Fashion-MNIST) can stand in; a download must have the published checksum.
import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Labels, ManifestSource } from '../../artifacts/artifact.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';
import { download, DownloadError } from './download.ts';
import { readIdx, type IdxArray } from './idx.ts';
import { findMnistFile, MNIST_FILES, type MnistFile, type MnistSplit } from './mnist-files.ts';
import { writeDataset } from './write-dataset.ts';

export interface MnistParameters {
  readonly split: MnistSplit;
  readonly count: number;
}

type Context = StageContext<MnistParameters, object>;

/** Folders that serve the four files as gzip. */
export const MNIST_MIRRORS: readonly string[] = [
  'https://storage.googleapis.com/cvdf-datasets/mnist/',
  'https://ossci-datasets.s3.amazonaws.com/mnist/',
];

const SIDE = 28;
const CLASSES = 10;

export const mnist = implementStage({
  parameters: {
    type: 'object',
    properties: { split: { enum: ['train', 'test'] }, count: { type: 'integer', minimum: 1, maximum: 60_000 } },
    required: ['split', 'count'],
    additionalProperties: false,
  },
  outputs: { images: 'Images', labels: 'Labels', manifest: 'Manifest' },
  run: (context: Context) => loadMnist(context, MNIST_MIRRORS),
});

/**
 * The first `count` images of a split, count × 28 × 28 × 1, and their labels 0..9. Files are looked for in PIPE_DATA, then among earlier downloads,
 * then fetched from `mirrors`.
 * @throws StageError that names the file: absent everywhere, damaged, of another shape, at odds with its partner, or with fewer images than asked for.
 */
export async function loadMnist(context: Context, mirrors: readonly string[]) {
  const { split, count } = context.parameters;
  const files = MNIST_FILES.filter((file) => file.split === split);
  const images = await load(
    files.find(({ content }) => content === 'images')!,
    3,
    context,
    mirrors,
  );
  const labels = await load(
    files.find(({ content }) => content === 'labels')!,
    1,
    context,
    mirrors,
  );

  const [found, height, width] = images.array.shape as [number, number, number];
  if (height !== SIDE || width !== SIDE) {
    throw new StageError(`${images.path} holds images of ${height}×${width}, expected ${SIDE}×${SIDE}`);
  }
  const named = labels.array.shape[0]!;
  if (found !== named) {
    throw new StageError(
      `${images.path} holds ${found} images, but ${labels.path} holds ${named} labels`,
      'both files must come from the same split of the same set',
    );
  }
  if (count > found) {
    throw new StageError(
      `mnist: count is ${count}, but the ${split} split in ${images.path} holds ${found} images`,
      `ask for count: ${found} or fewer`,
    );
  }
  const values = Int32Array.from(labels.array.data.subarray(0, count));
  const stray = values.findIndex((value) => value >= CLASSES);
  if (stray >= 0)
    throw new StageError(`${labels.path}: label ${stray} is ${values[stray]}, expected 0..${CLASSES - 1}`);

  const digits: Labels = { values, names: Array.from({ length: CLASSES }, (_, digit) => String(digit)) };
  const written = await writeDataset(context, {
    ...{ name: 'MNIST', split, rule: 'from the first image on' },
    sizes: { count, height, width, channels: 1 },
    pieces: piecesOf(images.array.data.subarray(0, count * height * width)),
    labels: () => digits,
    sources: () => [images.source, labels.source],
  });
  return { ...written, labels: digits };
}

async function* piecesOf(data: Uint8Array): AsyncGenerator<Uint8Array> {
  yield data;
}

async function load(
  file: MnistFile,
  rank: number,
  context: Context,
  mirrors: readonly string[],
): Promise<{ readonly path: string; readonly array: IdxArray; readonly source: ManifestSource }> {
  const { dataFolder, downloadFolder } = context;
  const downloaded = join(downloadFolder, 'mnist', file.name);
  let path = await findMnistFile(file.name, dataFolder, downloadFolder);
  let bytes = path === undefined ? undefined : await read(path);
  if (path === downloaded && bytes !== undefined && !isPublished(bytes, file)) {
    context.warn(`${path} no longer has its published checksum: it is fetched again`);
    bytes = undefined;
  }
  if (path === undefined || bytes === undefined) {
    path = downloaded;
    await fetchFile(file, path, context, mirrors);
    bytes = await read(path);
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const source = { name: basename(path), files: 1, bytes: bytes.length, sha256 };
  return { path, array: readIdx(bytes, path, rank), source };
}

async function read(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new StageError(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function isPublished(bytes: Uint8Array, { sha256 }: MnistFile): boolean {
  return createHash('sha256').update(bytes).digest('hex') === sha256;
}

async function placeOf(dataFolder: string | undefined): Promise<string> {
  if (dataFolder === undefined) return 'PIPE_DATA is not set';
  const isThere = await access(dataFolder).then(
    () => true,
    () => false,
  );
  return isThere ? `looked in PIPE_DATA, ${dataFolder}` : `PIPE_DATA is ${dataFolder}, and there is no such folder`;
}

async function fetchFile(file: MnistFile, path: string, context: Context, mirrors: readonly string[]): Promise<void> {
  const urls = mirrors.map((mirror) => new URL(`${file.name}.gz`, mirror).href);
  const received = (done: number, total: number) =>
    context.progress({ done, total, unit: 'bytes', message: `downloading ${file.name}` });
  try {
    const { size, sha256: hex } = file;
    const published = { urls, size, checksum: { algorithm: 'sha256', hex }, unpack: true } as const;
    await download(published, path, { signal: context.signal, received });
  } catch (error) {
    context.signal.throwIfAborted();
    if (!(error instanceof DownloadError)) {
      throw new StageError(`cannot write ${path}: ${error instanceof Error ? error.message : String(error)}`);
    }
    const { dataFolder } = context;
    const names = MNIST_FILES.filter(({ split }) => split === file.split).map(({ name }) => `${name}.gz`);
    throw new StageError(
      `${file.name} is not on this machine (${await placeOf(dataFolder)}), and no mirror gave it: ${error.message}`,
      `put ${names.join(' and ')} into ${dataFolder === undefined ? 'a folder, and set PIPE_DATA to it' : join(dataFolder, 'mnist')}`,
    );
  }
}
