// The folder of one run: `runs/<UTC time>-<pipeline>-<id>/` with record.json, logs/ and outputs/; `runs/latest` points to the newest.
// What lies in outputs/ is a copy, so that a user who edits it cannot damage the store.
import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { writeAtomically } from '../cache/atomic-write.ts';
import { storing } from '../cache/store-error.ts';
import type { Store } from '../cache/store.ts';
import { errorCode } from '../platform/file-system.ts';
import type { RunRecord } from './run-record.ts';

export interface RunFolder {
  readonly id: string;
  /** Absolute. */
  readonly path: string;
  /** Temporary files of this run; gone when it is closed. */
  readonly tmp: string;
  logOf(step: string): string;
  outputFile(name: string): string;
  writeRecord(record: RunRecord): Promise<void>;
  close(): Promise<void>;
}

export async function createRunFolder(store: Store, pipeline: string): Promise<RunFolder> {
  const { files, layout, clock } = store;
  const time = new Date(clock.now()).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const id = `${time}-${fileName(pipeline)}-${randomBytes(3).toString('hex')}`;
  const path = resolve(layout.runs, id);
  const tmp = resolve(layout.tmp, id);
  await storing(`cannot make the folder of the run in ${layout.root}`, async () => {
    for (const folder of [join(path, 'logs'), join(path, 'outputs'), tmp]) await files.makeFolder(folder);
    await pointToLatest(store, id, tmp);
  });
  return {
    id,
    path,
    tmp,
    logOf: (step) => join(path, 'logs', `${fileName(step)}.log`),
    outputFile: (name) => join(path, 'outputs', name),
    writeRecord: (record) =>
      storing(`cannot write the record of the run in ${path}`, () =>
        writeAtomically(files, tmp, join(path, 'record.json'), `${JSON.stringify(record, null, 1)}\n`),
      ),
    async close() {
      await storing(`cannot remove temporary files in ${layout.root}`, () => files.remove(tmp));
    },
  };
}

/** A convenience: some file systems have no links (FAT, some shares), and a run does not need one. */
async function pointToLatest({ files, layout }: Store, id: string, tmp: string): Promise<void> {
  const link = join(tmp, 'latest');
  try {
    await files.link(id, link);
    await files.rename(link, join(layout.runs, 'latest'));
  } catch (error) {
    if (!NO_LINKS.includes(errorCode(error) ?? '')) throw error;
  }
}

const NO_LINKS: readonly string[] = ['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EINVAL', 'EISDIR'];

/** A step such as `keep[seed=1]` as a file name on every system; distinct steps may share one only if they differ in odd characters alone. */
export function fileName(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9._=-]+/g, '_').slice(0, 120);
}
