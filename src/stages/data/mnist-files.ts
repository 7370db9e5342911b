// Which files MNIST is made of, and where they are on this machine. Light: the planner calls it to put their content into step keys.
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExternalFile } from '../../stage/stage.ts';

export type MnistSplit = 'train' | 'test';

export interface MnistFile {
  /** The published name, without `.gz`. */
  readonly name: string;
  readonly split: MnistSplit;
  readonly content: 'images' | 'labels';
  /** SHA-256 (hex) of the IDX file itself: mirrors serve it under different compressions. */
  readonly sha256: string;
  /** Bytes of the IDX file. */
  readonly size: number;
}

/** The four files as published, images before labels. */
export const MNIST_FILES: readonly MnistFile[] = [
  {
    name: 'train-images-idx3-ubyte',
    split: 'train',
    content: 'images',
    sha256: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
    size: 47_040_016,
  },
  {
    name: 'train-labels-idx1-ubyte',
    split: 'train',
    content: 'labels',
    sha256: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    size: 60_008,
  },
  {
    name: 't10k-images-idx3-ubyte',
    split: 'test',
    content: 'images',
    sha256: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    size: 7_840_016,
  },
  {
    name: 't10k-labels-idx1-ubyte',
    split: 'test',
    content: 'labels',
    sha256: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
    size: 10_008,
  },
];

/** Every path that is looked at for a file, in this order: `PIPE_DATA/mnist`, `PIPE_DATA`, earlier downloads; plain before gzip. */
export function mnistCandidates(
  name: string,
  dataFolder: string | undefined,
  downloadFolder: string,
): readonly string[] {
  const folders = dataFolder === undefined ? [] : [join(dataFolder, 'mnist'), dataFolder];
  return [...folders, join(downloadFolder, 'mnist')].flatMap((folder) => [
    join(folder, name),
    join(folder, `${name}.gz`),
  ]);
}

/** The first candidate that is there, or undefined. */
export async function findMnistFile(
  name: string,
  dataFolder: string | undefined,
  downloadFolder: string,
): Promise<string | undefined> {
  for (const path of mnistCandidates(name, dataFolder, downloadFolder)) {
    const present = await access(path).then(
      () => true,
      () => false,
    );
    if (present) return path;
  }
  return undefined;
}

/** The files that a `mnist` step with these parameters reads. A download keeps the published bytes, so the key stays the same after it. */
export async function mnistExternalFiles(
  parameters: Readonly<Record<string, unknown>>,
  dataFolder: string | undefined,
  downloadFolder: string,
): Promise<readonly ExternalFile[]> {
  const files = MNIST_FILES.filter(({ split }) => split === parameters['split']);
  return Promise.all(
    files.map(async ({ name, sha256 }) => ({
      name,
      path: await findMnistFile(name, dataFolder, downloadFolder),
      published: sha256,
    })),
  );
}
