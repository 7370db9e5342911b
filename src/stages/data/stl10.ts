// STL-10 from its binary files (docs/methods.md §1.7): labelled images of both parts, and the unlabelled split as a stage of its own, which has no labels to give.
// In: how many, from the first on; out: 96×96 colour images, labels, manifest. Pixels are stored column by column, labels from 1 on.
import { readFile } from 'node:fs/promises';
import type { Labels, ManifestSource } from '../../artifacts/artifact.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';
import { openRecords, readRecords, toPixels, type RecordFile } from './byte-records.ts';
import { needSetFiles } from './need-set-files.ts';
import { checkWhileReading } from './published-file.ts';
import type { PublishedSet } from './published-set.ts';
import { STL10 } from './published-sets.ts';
import { writeDataset } from './write-dataset.ts';

export interface Stl10Parameters {
  readonly train: number;
  readonly test: number;
  readonly folder: string;
}

export interface Stl10UnlabelledParameters {
  readonly count: number;
  readonly folder: string;
}

const SIDE = 96;
const IMAGE = SIDE * SIDE * 3;
const CLASSES = ['airplane', 'bird', 'car', 'cat', 'deer', 'dog', 'horse', 'monkey', 'ship', 'truck'];

export const stl10 = implementStage({
  parameters: {
    type: 'object',
    properties: {
      train: { type: 'integer', minimum: 0, maximum: 5000 },
      test: { type: 'integer', minimum: 0, maximum: 8000 },
      folder: { type: 'string' },
    },
    required: ['train', 'test', 'folder'],
    additionalProperties: false,
  },
  outputs: { images: 'Images', labels: 'Labels', manifest: 'Manifest' },
  run: (context: StageContext<Stl10Parameters, object>) => loadStl10(context, STL10),
});

export const stl10Unlabelled = implementStage({
  parameters: {
    type: 'object',
    properties: { count: { type: 'integer', minimum: 1, maximum: 100_000 }, folder: { type: 'string' } },
    required: ['count', 'folder'],
    additionalProperties: false,
  },
  outputs: { images: 'Images', manifest: 'Manifest' },
  run: (context: StageContext<Stl10UnlabelledParameters, object>) => loadUnlabelled(context, STL10),
});

/** @throws StageError that names the file and the place: absent, cut off, a label out of range, at odds with its partner, another checksum than published. */
export async function loadStl10(context: StageContext<Stl10Parameters, object>, set: PublishedSet) {
  const { train, test, folder } = context.parameters;
  if (train + test === 0)
    throw new StageError('stl10: train and test are both 0', 'ask for some images of one of them');
  const parts = Object.entries({ train, test }).filter(([, wanted]) => wanted > 0);
  const names = parts.flatMap(([part]) => [`${part}_X.bin`, `${part}_y.bin`]);
  const paths = await needSetFiles(context, set, names, folder);

  const sources: ManifestSource[] = [];
  const values: number[] = [];
  const reads: { readonly file: RecordFile; readonly take: number }[] = [];
  for (const [part, wanted] of parts) {
    const file = await openImages(set, paths, `${part}_X.bin`);
    const each = await readLabels(set, paths.get(`${part}_y.bin`)!, `${part}_y.bin`, sources);
    if (each.length !== file.count) {
      throw new StageError(
        `${file.path} holds ${file.count} images, but ${paths.get(`${part}_y.bin`)!} holds ${each.length} labels`,
        'both files must come from the same copy of STL-10',
      );
    }
    needEnough('stl10', part, wanted, file);
    values.push(...each.slice(0, wanted));
    reads.push({ file, take: wanted });
  }
  const labels: Labels = { values: Int32Array.from(values), names: CLASSES };
  const { images, manifest } = await writeDataset(context, {
    name: 'STL-10',
    split: parts.map(([part, wanted]) => `${part} ${wanted}`).join(', '),
    sizes: { count: train + test, height: SIDE, width: SIDE, channels: 3 },
    pieces: pixels(context.signal, reads, sources),
    labels: () => labels,
    sources: () => sources,
    rule: 'from the first image of each part on',
  });
  return { images, labels, manifest };
}

export async function loadUnlabelled(context: StageContext<Stl10UnlabelledParameters, object>, set: PublishedSet) {
  const { count, folder } = context.parameters;
  const name = 'unlabeled_X.bin';
  const file = await openImages(set, await needSetFiles(context, set, [name], folder), name);
  needEnough('stl10_unlabelled', 'count', count, file);
  const sources: ManifestSource[] = [];
  return writeDataset(context, {
    ...{ name: 'STL-10', split: `unlabelled ${count}` },
    sizes: { count, height: SIDE, width: SIDE, channels: 3 },
    pieces: pixels(context.signal, [{ file, take: count }], sources),
    sources: () => sources,
    rule: 'from the first image on',
  });
}

function openImages(set: PublishedSet, paths: ReadonlyMap<string, string>, name: string): Promise<RecordFile> {
  return openRecords(
    paths.get(name)!,
    set.files.find((file) => file.name === name)!,
    IMAGE,
  );
}

function needEnough(stage: string, parameter: string, wanted: number, { path, count }: RecordFile): void {
  if (wanted <= count) return;
  throw new StageError(
    `${stage}: ${parameter} is ${wanted}, but ${path} holds ${count} images`,
    `ask for ${parameter}: ${count} or fewer`,
  );
}

async function readLabels(
  set: PublishedSet,
  path: string,
  name: string,
  sources: ManifestSource[],
): Promise<readonly number[]> {
  const bytes = await readFile(path);
  const check = checkWhileReading(
    path,
    set.files.find((file) => file.name === name)!,
  );
  check.add(bytes);
  sources.push(check.end());
  const stray = bytes.findIndex((label) => label < 1 || label > CLASSES.length);
  if (stray >= 0)
    throw new StageError(
      `${path} is damaged: label ${stray} is ${bytes[stray]}, expected 1..${CLASSES.length}`,
      'replace the file by a fresh copy',
    );
  return Array.from(bytes, (label) => label - 1);
}

async function* pixels(
  signal: AbortSignal,
  reads: readonly { readonly file: RecordFile; readonly take: number }[],
  sources: ManifestSource[],
): AsyncGenerator<Uint8Array> {
  for (const { file, take } of reads) {
    for await (const { records } of readRecords(file, take, signal, (source) => sources.push(source))) {
      const piece = new Uint8Array(records.length);
      for (let at = 0; at < records.length; at += IMAGE)
        toPixels(records.subarray(at, at + IMAGE), SIDE, 'columns', piece.subarray(at, at + IMAGE));
      yield piece;
    }
  }
}
