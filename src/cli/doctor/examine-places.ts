// The folders that a run needs: the store, which must be writable, and data sets, which may be there. Changes nothing except a probe file
// in a store that is there, removed again.
import { constants } from 'node:fs';
import { access, mkdir, readdir, rm, statfs, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

export interface StoreFinding {
  readonly folder: string;
  readonly writable: boolean;
  readonly problem: string | undefined;
  readonly freeBytes: number | undefined;
}

export interface DataFinding {
  readonly folder: string | undefined;
  readonly mnist: boolean;
  readonly note: string;
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

export async function examineStore(folder: string): Promise<StoreFinding> {
  // The store is made by the first run: what counts is the nearest folder that is there.
  const present = await nearestPresent(folder);
  const freeBytes = await statfs(present).then(
    (disk) => disk.bavail * disk.bsize,
    () => undefined,
  );
  try {
    await access(present, constants.W_OK);
    if (present === folder) {
      const probe = join(folder, 'tmp', `doctor-${process.pid}`);
      await mkdir(dirname(probe), { recursive: true });
      await writeFile(probe, 'probe');
      await rm(probe);
    }
    return { folder, writable: true, problem: undefined, freeBytes };
  } catch (error) {
    return { folder, writable: false, problem: (error as Error).message, freeBytes };
  }
}

async function nearestPresent(folder: string): Promise<string> {
  return (await isThere(folder)) || dirname(folder) === folder ? folder : nearestPresent(dirname(folder));
}

/** What a pipeline on MNIST reads: both, or one of them is downloaded. */
const MNIST_TRAIN = ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte'];

/** In: PIPE_DATA. */
export async function examineData(folder: string | undefined): Promise<DataFinding> {
  if (folder === undefined || folder === '') {
    return {
      folder: undefined,
      mnist: false,
      note: 'PIPE_DATA is not set; data sets are downloaded where a pipeline needs them',
    };
  }
  if (!(await isThere(folder))) return { folder: resolve(folder), mnist: false, note: 'there is no such folder' };
  const places = [folder, join(folder, 'mnist')];
  const present = await Promise.all(places.map((place) => readdir(place, { withFileTypes: true }).catch(() => [])));
  const files = new Set(present.flat().flatMap((entry) => (entry.isDirectory() ? [] : [entry.name])));
  const missing = MNIST_TRAIN.filter((name) => !files.has(name) && !files.has(`${name}.gz`));
  const note =
    missing.length === 0
      ? 'MNIST is there'
      : missing.length === MNIST_TRAIN.length
        ? 'MNIST is not there; it is downloaded where a pipeline needs it'
        : `of MNIST, ${missing.join(' and ')} is not there; it is downloaded where a pipeline needs it`;
  return { folder: resolve(folder), mnist: missing.length === 0, note };
}
