// The record of an earlier run of a pipeline: the one asked for, or the latest. Reads the store, changes nothing.
import { basename, join } from 'node:path';
import type { Store } from '../cache/store.ts';
import { readRunRecord, type RunRecord } from './run-record.ts';

export type FoundRun =
  | { readonly record: RunRecord; readonly folder: string }
  /** `names`: of all runs in the store, the latest first. */
  | { readonly record: undefined; readonly names: readonly string[] };

/** `id` is the name of a run's folder; undefined for the latest run of the pipeline (without a name: of the file) that has ended. */
export async function findRun(
  { files, layout }: Store,
  id: string | undefined,
  pipeline: { readonly name?: string | undefined; readonly file: string },
): Promise<FoundRun> {
  // A name begins with the time of its run.
  const names = (await files.list(layout.runs))
    .filter((name) => /^\d/.test(name))
    .sort()
    .reverse();
  for (const name of id === undefined ? names : names.filter((one) => one === id)) {
    const folder = join(layout.runs, name);
    const record = await readRunRecord(files, join(folder, 'record.json'));
    if (record === undefined) continue;
    const isOf =
      (pipeline.name === undefined || record.pipeline.name === pipeline.name) &&
      basename(record.pipeline.file) === basename(pipeline.file);
    if (id !== undefined || (isOf && record.status !== 'running')) return { record, folder };
  }
  return { record: undefined, names };
}
