// Data sets that are published as an archive of a few files, such as CIFAR-10: what they are made of, and where the files are on this machine. Light: the planner
// calls it to put their content into step keys.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExternalFile } from '../../stage/stage.ts';
import { placesOf } from './data-place.ts';
import type { PublishedFile } from './published-file.ts';

export interface PublishedSet {
  /** "CIFAR-10". */
  readonly title: string;
  /** The folder in the archive, which is also where the files are looked for. */
  readonly folder: string;
  readonly files: readonly PublishedFile[];
  readonly archive: {
    readonly name: string;
    readonly urls: readonly string[];
    readonly size: number;
    readonly md5: string;
  };
}

export interface FoundFile {
  readonly path: string;
  /** It came out of the archive, whose checksum was compared. */
  readonly isDownloaded: boolean;
}

/** The first that is there: in `folder` below PIPE_DATA or the current folder, or among what was downloaded. */
export async function findSetFile(
  set: PublishedSet,
  name: string,
  folder: string,
  dataFolder: string | undefined,
  downloadFolder: string,
): Promise<FoundFile | undefined> {
  for (const place of placesOf(folder, dataFolder)) {
    const path = join(place, name);
    if (await isFile(path)) return { path, isDownloaded: false };
  }
  const path = join(downloadFolder, set.folder, name);
  return (await isFile(path)) ? { path, isDownloaded: true } : undefined;
}

/** The files that a step reads. One that is absent, and what a download left, go by the checksum of the archive, so the key stays the same after it. */
export async function setExternalFiles(
  set: PublishedSet,
  names: readonly string[],
  folder: unknown,
  dataFolder: string | undefined,
  downloadFolder: string,
): Promise<readonly ExternalFile[]> {
  return Promise.all(
    names.map(async (name) => {
      const found = await findSetFile(set, name, String(folder), dataFolder, downloadFolder);
      if (found !== undefined && !found.isDownloaded) return { name, path: found.path };
      return { name, path: undefined, published: `md5 ${set.archive.md5}` };
    }),
  );
}

export async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
