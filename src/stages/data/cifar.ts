// CIFAR-10 and CIFAR-100 with its 20 superclasses, from their binary versions (docs/methods.md §1.7). In: how many of the training and of the test images, from the
// first on; out: 32×32 colour images, labels, manifest. A record is one or two label bytes, then 1,024 red, green and blue values, row by row.
import type { Labels, ManifestSource } from '../../artifacts/artifact.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';
import { openRecords, readRecords, toPixels, type RecordFile } from './byte-records.ts';
import { FINE_TO_COARSE, SUPERCLASSES } from './cifar100-classes.ts';
import { needSetFiles } from './need-set-files.ts';
import type { PublishedSet } from './published-set.ts';
import { CIFAR10, CIFAR100, CIFAR10_TEST, CIFAR10_TRAIN } from './published-sets.ts';
import { writeDataset } from './write-dataset.ts';

export interface CifarParameters {
  readonly train: number;
  readonly test: number;
  readonly folder: string;
}

/** How a version of CIFAR is stored. */
export interface CifarFormat {
  readonly stage: string;
  readonly name: string;
  readonly set: PublishedSet;
  readonly train: readonly string[];
  readonly test: readonly string[];
  readonly labelBytes: number;
  readonly classes: readonly string[];
  /** What is wrong with the label bytes of a record, if anything. */
  fault(record: Uint8Array): string | undefined;
}

const SIDE = 32;
const IMAGE = SIDE * SIDE * 3;

const CLASSES10 = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];

export const CIFAR10_FORMAT: CifarFormat = {
  ...{ stage: 'cifar10', name: 'CIFAR-10', set: CIFAR10, train: CIFAR10_TRAIN, test: CIFAR10_TEST },
  labelBytes: 1,
  classes: CLASSES10,
  fault: ([label]) => (label! < CLASSES10.length ? undefined : `label ${label}, expected 0..9`),
};

export const CIFAR100_FORMAT: CifarFormat = {
  ...{ stage: 'cifar100_20', name: 'CIFAR-100-20', set: CIFAR100, train: ['train.bin'], test: ['test.bin'] },
  labelBytes: 2,
  classes: SUPERCLASSES,
  fault([coarse, fine]) {
    if (coarse! >= SUPERCLASSES.length) return `coarse label ${coarse}, expected 0..19`;
    const expected = FINE_TO_COARSE[fine!];
    if (expected === undefined) return `fine label ${fine}, expected 0..99`;
    return expected === coarse ? undefined : `coarse label ${coarse} with fine label ${fine}, which is of ${expected}`;
  },
};

const parameters = {
  type: 'object',
  properties: {
    train: { type: 'integer', minimum: 0, maximum: 50_000 },
    test: { type: 'integer', minimum: 0, maximum: 10_000 },
    folder: { type: 'string' },
  },
  required: ['train', 'test', 'folder'],
  additionalProperties: false,
};
const outputs = { images: 'Images', labels: 'Labels', manifest: 'Manifest' } as const;

export const cifar10 = implementStage({
  ...{ parameters, outputs },
  run: (context: StageContext<CifarParameters, object>) => loadCifar(context, CIFAR10_FORMAT),
});

export const cifar100Coarse = implementStage({
  ...{ parameters, outputs },
  run: (context: StageContext<CifarParameters, object>) => loadCifar(context, CIFAR100_FORMAT),
});

/** @throws StageError that names the file and the record: absent, cut off, a label out of range, another checksum than published, fewer images than asked for. */
export async function loadCifar(context: StageContext<CifarParameters, object>, format: CifarFormat) {
  const { train, test, folder } = context.parameters;
  const { stage, name, set, labelBytes, classes } = format;
  if (train + test === 0)
    throw new StageError(`${stage}: train and test are both 0`, 'ask for some images of one of them');
  const parts = [
    ...(train > 0 ? [{ part: 'train', names: format.train, wanted: train }] : []),
    ...(test > 0 ? [{ part: 'test', names: format.test, wanted: test }] : []),
  ];
  const paths = await needSetFiles(context, set, namesFor(parts, set, labelBytes + IMAGE), folder);

  const reads: { readonly file: RecordFile; readonly take: number }[] = [];
  for (const { part, names, wanted } of parts) {
    let left = wanted;
    for (const fileName of names) {
      const path = paths.get(fileName);
      if (left === 0 || path === undefined) break;
      const published = set.files.find((file) => file.name === fileName)!;
      const file = await openRecords(path, published, labelBytes + IMAGE);
      const take = Math.min(left, file.count);
      reads.push({ file, take });
      left -= take;
    }
    if (left > 0) {
      throw new StageError(
        `${stage}: ${part} is ${wanted}, but the files in ${folder} hold ${wanted - left} images of it`,
        `ask for ${part}: ${wanted - left} or fewer`,
      );
    }
  }

  const values = new Int32Array(train + test);
  const sources: ManifestSource[] = [];
  async function* pieces(): AsyncGenerator<Uint8Array> {
    let index = 0;
    for (const { file, take } of reads) {
      for await (const { first, records } of readRecords(file, take, context.signal, (source) =>
        sources.push(source),
      )) {
        const count = records.length / file.recordBytes;
        const piece = new Uint8Array(count * IMAGE);
        for (let at = 0; at < count; at += 1) {
          const record = records.subarray(at * file.recordBytes, (at + 1) * file.recordBytes);
          const fault = format.fault(record);
          if (fault !== undefined) {
            throw new StageError(
              `${file.path} is damaged: record ${first + at}, at byte ${(first + at) * file.recordBytes}, has ${fault}`,
              'replace the file by a fresh copy',
            );
          }
          values[index] = record[0]!;
          index += 1;
          toPixels(record.subarray(labelBytes), SIDE, 'rows', piece.subarray(at * IMAGE, (at + 1) * IMAGE));
        }
        yield piece;
      }
    }
  }
  const labels: Labels = { values, names: classes };
  const { images, manifest } = await writeDataset(context, {
    name,
    split: parts.map(({ part, wanted }) => `${part} ${wanted}`).join(', '),
    sizes: { count: train + test, height: SIDE, width: SIDE, channels: 3 },
    pieces: pieces(),
    labels: () => labels,
    sources: () => sources,
    rule: 'from the first image of each part on',
  });
  return { images, labels, manifest };
}

/** The files that hold the first images of each part, where all have their published sizes. */
function namesFor(
  parts: readonly { readonly names: readonly string[]; readonly wanted: number }[],
  set: PublishedSet,
  recordBytes: number,
): readonly string[] {
  return parts.flatMap(({ names, wanted }) => {
    let left = wanted;
    return names.filter((name) => {
      const isNeeded = left > 0;
      left -= set.files.find((file) => file.name === name)!.size / recordBytes;
      return isNeeded;
    });
  });
}
