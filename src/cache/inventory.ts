// What a store holds, step by step: for `pipe cache ls` and for collection. Reads every record, and no blob or compiled step.
import { basename, join } from 'node:path';
import type { FileSystem } from '../platform/file-system.ts';
import type { Digest, Json } from './digest.ts';
import { isDigest } from './digest.ts';
import { readRecordFile, type StepRecord } from './step-record.ts';
import type { Store } from './store.ts';

export interface StoredStep {
  readonly key: string;
  readonly stage: string;
  readonly parameters: Readonly<Record<string, Json>>;
  /** Of its outputs; a file that several steps gave is counted for each. */
  readonly bytes: number;
  /** Seconds that a reuse saves. */
  readonly seconds: number;
  /** ISO 8601, UTC. */
  readonly created: string;
  /** When it was stored or last reused, in milliseconds since 1970. */
  readonly used: number;
  readonly record: StepRecord;
}

export interface Inventory {
  /** The most recently used first. */
  readonly steps: readonly StoredStep[];
  /** Paths of records that cannot be read: they are no hits, and collection removes them. */
  readonly unreadable: readonly string[];
  /** Every blob, whether a record names it or not. */
  readonly blobs: ReadonlyMap<Digest, StoredFile>;
  /** Bytes of all blobs. */
  readonly bytes: number;
  /** Compiled training steps. They are no results, and not among the blobs. */
  readonly compiled: readonly StoredFile[];
}

/** `used` in milliseconds since 1970. */
export interface StoredFile {
  readonly path: string;
  readonly bytes: number;
  readonly used: number;
}

/** An empty inventory where there is no store. */
export async function inventory({ files, layout }: Store): Promise<Inventory> {
  const steps: StoredStep[] = [];
  const unreadable: string[] = [];
  for (const path of await shardedFiles(files, layout.records)) {
    const found = await files.stat(path);
    if (found === undefined) continue;
    const record = await readRecordFile(files, path, keyInPath(path));
    if (record === undefined) unreadable.push(path);
    else steps.push(storedStep(record, found.modified));
  }
  const blobs = new Map<Digest, StoredFile>();
  for (const path of await shardedFiles(files, layout.blobs)) {
    const found = await files.stat(path);
    const digest = basename(path);
    if (found !== undefined && isDigest(digest)) blobs.set(digest, { path, bytes: found.size, used: found.modified });
  }
  return {
    steps: steps.sort((a, b) => b.used - a.used),
    unreadable,
    blobs,
    bytes: bytesOf([...blobs.values()]),
    compiled: await compiledFiles(files, layout.compiled),
  };
}

export const bytesOf = (stored: readonly StoredFile[]): number => stored.reduce((sum, { bytes }) => sum + bytes, 0);

/** Without those that are still being written. */
async function compiledFiles(files: FileSystem, folder: string): Promise<readonly StoredFile[]> {
  const found: StoredFile[] = [];
  for (const name of await files.list(folder)) {
    const path = join(folder, name);
    const stat = isDigest(name) ? await files.stat(path) : undefined;
    if (stat !== undefined) found.push({ path, bytes: stat.size, used: stat.modified });
  }
  return found;
}

function storedStep(record: StepRecord, used: number): StoredStep {
  const { key, stage, parameters, seconds, created } = record;
  const bytes = Object.values(record.outputs).reduce((sum, output) => sum + output.bytes, 0);
  return { key, stage, parameters, bytes, seconds, created, used, record };
}

function keyInPath(path: string): string {
  return basename(path, '.json');
}

/** Files two levels down: `folder/ab/abcd…`. */
async function shardedFiles(files: FileSystem, folder: string): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const shard of await files.list(folder)) {
    for (const name of await files.list(join(folder, shard))) paths.push(join(folder, shard, name));
  }
  return paths;
}
