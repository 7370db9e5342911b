// Makes the files of a published set be there: found, or taken out of its archive, which is fetched where it is not on this machine either.
// In: a set, names; out: their paths. Nothing that was not compared with a published checksum is taken out of an archive.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StageError, type StageContext } from '../../stage/stage.ts';
import { describePlaces, placesOf } from './data-place.ts';
import { download, DownloadError } from './download.ts';
import { extractFiles } from './extract-files.ts';
import { findSetFile, isFile, type PublishedSet } from './published-set.ts';

type Context = Pick<StageContext<unknown>, 'dataFolder' | 'downloadFolder' | 'progress' | 'signal' | 'warn'>;

/** @throws StageError that says which file is missing, where it was looked for, why the download failed, and where to put it. */
export async function needSetFiles(
  context: Context,
  set: PublishedSet,
  names: readonly string[],
  folder: string,
): Promise<ReadonlyMap<string, string>> {
  const { dataFolder, downloadFolder } = context;
  let paths = new Map<string, string>();
  const missing: string[] = [];
  for (const name of names) {
    const found = await findSetFile(set, name, folder, dataFolder, downloadFolder);
    const size = set.files.find((file) => file.name === name)!.size;
    if (found === undefined) missing.push(name);
    else if (found.isDownloaded && (await stat(found.path)).size !== size) {
      context.warn(`${found.path} no longer has its ${size} bytes: it is taken out of the archive again`);
      missing.push(name);
    } else paths = paths.set(name, found.path);
  }
  if (missing.length === 0) return paths;
  const into = join(downloadFolder, set.folder);
  const archive = await needArchive(context, set, missing[0]!, folder);
  try {
    await extractFiles(archive.path, set.files, into, context);
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof StageError) throw error;
    throw new StageError(`cannot unpack ${archive.path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (archive.isDownloaded) await rm(archive.path, { force: true });
  for (const name of missing) paths.set(name, join(into, name));
  return paths;
}

async function needArchive(
  context: Context,
  set: PublishedSet,
  missing: string,
  folder: string,
): Promise<{ readonly path: string; readonly isDownloaded: boolean }> {
  const { dataFolder, downloadFolder, signal, progress } = context;
  const { archive } = set;
  for (const place of [...placesOf('.', dataFolder), ...placesOf(folder, dataFolder)]) {
    const path = join(place, archive.name);
    if (!(await isFile(path))) continue;
    const hash = createHash('md5');
    for await (const piece of createReadStream(path, { highWaterMark: 1 << 20, signal })) hash.update(piece as Buffer);
    const found = hash.digest('hex');
    if (found === archive.md5) return { path, isDownloaded: false };
    throw new StageError(
      `${path} is damaged: its MD5 is ${found}, published is ${archive.md5}`,
      'replace the file by a fresh copy, or remove it',
    );
  }
  const path = join(downloadFolder, archive.name);
  if (await isFile(path)) return { path, isDownloaded: true };
  try {
    await download(
      { urls: archive.urls, size: archive.size, checksum: { algorithm: 'md5', hex: archive.md5 }, unpack: false },
      path,
      {
        signal,
        received: (done, total) => progress({ done, total, unit: 'bytes', message: `downloading ${archive.name}` }),
      },
    );
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof DownloadError))
      throw new StageError(`cannot write ${path}: ${error instanceof Error ? error.message : String(error)}`);
    throw new StageError(
      `${missing} of ${set.title} is not on this machine (looked in ${describePlaces(folder, dataFolder)}), and no address gave ${archive.name}: ${error.message}`,
      `put ${archive.name}, or the folder ${set.folder} that is in it, into ${dataFolder ?? 'a folder, and set PIPE_DATA to it'}`,
    );
  }
  return { path, isDownloaded: true };
}
