// Takes chosen files out of a tar.gz, piece by piece. In: an archive, the files that are wanted; out: they lie in a folder, each whole and durable or not at all.
// Names decide nothing about places: a file goes by its last part, into the one folder.
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { StageError, type StageContext } from '../../stage/stage.ts';
import type { PublishedFile } from './published-file.ts';

type Context = Pick<StageContext<unknown>, 'progress' | 'signal'>;

/** @throws StageError where the archive is damaged or lacks a file. */
export async function extractFiles(
  archive: string,
  files: readonly PublishedFile[],
  into: string,
  { progress, signal }: Context,
): Promise<void> {
  await mkdir(into, { recursive: true });
  const temporary = join(into, `${randomUUID()}.part`);
  await mkdir(temporary);
  const wanted = new Set(files.map(({ name }) => name));
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const source = createReadStream(archive, { highWaterMark: 1 << 20 });
  const gunzip = createGunzip();
  const entries = extract();
  // What broke first: what is told of a stream that is destroyed for it depends on who reads at that moment.
  let cause: Error | undefined;
  source.on('error', (error) => gunzip.destroy((cause ??= error)));
  gunzip.on('error', (error) => entries.destroy((cause ??= error)));
  source.pipe(gunzip).pipe(entries);
  let done = 0;
  try {
    for await (const entry of entries) {
      const name = basename(entry.header.name);
      if (entry.header.type !== 'file' || !wanted.has(name)) {
        entry.resume();
        continue;
      }
      const handle = await open(join(temporary, name), 'w');
      try {
        for await (const piece of entry) {
          signal.throwIfAborted();
          await handle.writeFile(piece as Buffer);
          done += (piece as Buffer).length;
          progress({ done: Math.min(done, total), total, unit: 'bytes', message: `unpacking ${name}` });
        }
        await handle.sync();
      } finally {
        await handle.close();
      }
      wanted.delete(name);
    }
    if (wanted.size > 0)
      throw new StageError(`${archive} has no ${[...wanted].join(', ')}`, 'replace the file by a fresh copy');
    for (const { name } of files) await rename(join(temporary, name), join(into, name));
  } catch (thrown) {
    signal.throwIfAborted();
    const error = cause ?? thrown;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code.startsWith('Z_') || /tar|end of data/i.test(error instanceof Error ? error.message : ''))
      throw new StageError(`${archive} is damaged: ${(error as Error).message}`, 'replace the file by a fresh copy');
    throw error;
  } finally {
    source.destroy();
    await rm(temporary, { recursive: true, force: true });
  }
}
