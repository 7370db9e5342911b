// Collection: makes a store smaller without ever making it lie. Records go before the blobs they name, so that a process killed in
// the middle leaves blobs without records, which the next collection takes; whatever a living run may need stays.
import { join } from 'node:path';
import type { Digest } from './digest.ts';
import { bytesOf, inventory, type Inventory, type StoredFile, type StoredStep } from './inventory.ts';
import { UNFINISHED } from './sealed-file.ts';
import type { Store } from './store.ts';
import { StoreError, storing } from './store-error.ts';

export interface CollectRequest {
  /** Results not used for so many milliseconds go. */
  readonly unusedFor?: number;
  /** Then the least recently used go until the blobs and the compiled steps take no more than this: compiled steps first, a second makes one. */
  readonly keepBytes?: number;
  /** Folders of runs older than so many milliseconds go; otherwise all stay. */
  readonly runsOlderThan?: number;
  /** Counts what would go, and removes nothing. */
  readonly dryRun?: boolean;
}

export interface Collected {
  readonly records: number;
  readonly blobs: number;
  readonly checkpoints: number;
  readonly runs: number;
  /** Compiled training steps. */
  readonly compiled: number;
  /** Of the blobs and compiled steps that went. */
  readonly bytes: number;
  /** Of those that stay. */
  readonly bytesLeft: number;
}

/** Anything used within this time stays: a runner may be between storing a blob and writing its record. */
const GRACE = 60 * 60_000;
/** How long the store remembers what a step was, for the reasons in plans. */
const REMEMBERED = 180 * 24 * 60 * 60_000;

/** A compiled step that nobody used for so long is most likely one of another version of pipe. */
const COMPILED_KEPT = 30 * 24 * 60 * 60_000;

/** Without limits it removes only what nothing names any more. Throws StoreError where another collection is running. */
export async function collect(store: Store, request: CollectRequest): Promise<Collected> {
  const attempt = await store.locks.acquire('collect');
  if ('owner' in attempt) {
    throw new StoreError(
      `another collection is running in ${store.layout.root} (process ${attempt.owner.pid})`,
      'Wait until it is done.',
    );
  }
  try {
    return await storing(`cannot collect in ${store.layout.root}`, () => collectLocked(store, request));
  } finally {
    await attempt.lock.release();
  }
}

async function collectLocked(store: Store, request: CollectRequest): Promise<Collected> {
  const { files, layout, clock } = store;
  const remove = async (path: string): Promise<void> => {
    if (request.dryRun !== true) await files.remove(path);
  };
  const now = clock.now();
  const runs = await store.locks.owners('run');
  const protectedSince = Math.min(now - GRACE, ...runs.map((run) => run.since));
  const held = await inventory(store);

  const compiled = chooseCompiled(held, request, now, protectedSince);
  const compiledLeft = bytesOf(held.compiled) - bytesOf(compiled);
  const leaving = choose(held.steps, held.bytes + compiledLeft, request, now, protectedSince);
  const staying = held.steps.filter((step) => !leaving.has(step));
  for (const path of held.unreadable) await remove(path);
  for (const step of leaving) await remove(layout.record(step.record.key));
  for (const { path } of compiled) await remove(path);

  const named = new Set<Digest>(staying.flatMap((step) => Object.values(step.record.outputs).map((o) => o.digest)));
  let [blobs, bytes] = [0, bytesOf(compiled)];
  for (const [digest, blob] of held.blobs) {
    if (named.has(digest) || blob.used >= protectedSince) continue;
    await remove(blob.path);
    blobs += 1;
    bytes += blob.bytes;
  }

  const families = new Set<string>(staying.map((step) => step.record.family));
  await removeOld(layout.families, protectedSince, (name) => !families.has(name));
  await removeOld(layout.tmp, protectedSince, () => true);
  await removeOld(layout.quarantine, protectedSince, () => true);
  await removeOld(layout.compiled, protectedSince, (name) => name.endsWith(UNFINISHED));
  await removeOld(layout.steps, now - REMEMBERED, () => true);
  const done = new Set<string>(staying.map((step) => step.key));
  const checkpoints = await removeCheckpoints();
  const runFolders =
    request.runsOlderThan === undefined
      ? 0
      : await removeOld(
          layout.runs,
          Math.min(now - request.runsOlderThan, protectedSince),
          (name) => name !== 'latest',
        );
  return {
    ...{ records: leaving.size + held.unreadable.length, blobs, checkpoints, runs: runFolders },
    ...{ compiled: compiled.length, bytes, bytesLeft: held.bytes + bytesOf(held.compiled) - bytes },
  };

  async function removeOld(folder: string, before: number, unwanted: (name: string) => boolean): Promise<number> {
    let count = 0;
    for (const name of await files.list(folder)) {
      const found = await files.stat(join(folder, name));
      if (found === undefined || found.modified >= before || !unwanted(name)) continue;
      await remove(join(folder, name));
      count += 1;
    }
    return count;
  }

  /** Those of finished steps, and those that nobody came back to. */
  async function removeCheckpoints(): Promise<number> {
    let count = 0;
    for (const key of await files.list(layout.checkpoints)) {
      const folder = join(layout.checkpoints, key);
      const found = (await files.stat(join(folder, 'state'))) ?? (await files.stat(folder));
      if (found === undefined || found.modified >= protectedSince) continue;
      const forgotten = request.unusedFor !== undefined && found.modified < now - request.unusedFor;
      if (!done.has(key) && !forgotten) continue;
      await remove(folder);
      count += 1;
    }
    return count;
  }
}

/** Compiled steps to forget: the old ones, then the least recently used until all fits. */
function chooseCompiled(
  held: Inventory,
  { unusedFor, keepBytes }: CollectRequest,
  now: number,
  protectedSince: number,
): readonly StoredFile[] {
  const before = now - Math.min(unusedFor ?? COMPILED_KEPT, COMPILED_KEPT);
  let left = held.bytes + bytesOf(held.compiled);
  const leaving: StoredFile[] = [];
  for (const file of held.compiled.toSorted((a, b) => a.used - b.used)) {
    if (file.used >= protectedSince) continue;
    if (file.used >= before && !(keepBytes !== undefined && left > keepBytes)) continue;
    leaving.push(file);
    left -= file.bytes;
  }
  return leaving;
}

/** Steps to forget: the old ones, then the least recently used until the rest fits. */
function choose(
  steps: readonly StoredStep[],
  bytes: number,
  { unusedFor, keepBytes }: CollectRequest,
  now: number,
  protectedSince: number,
): ReadonlySet<StoredStep> {
  const leaving = new Set<StoredStep>();
  const names = new Map<Digest, number>();
  for (const step of steps) for (const { digest } of Object.values(step.record.outputs)) count(digest, 1);
  let left = bytes;
  const oldestFirst = steps.filter((step) => step.used < protectedSince).toReversed();
  for (const step of oldestFirst) {
    const old = unusedFor !== undefined && step.used < now - unusedFor;
    const tooMuch = keepBytes !== undefined && left > keepBytes;
    if (!old && !tooMuch) continue;
    leaving.add(step);
    for (const output of Object.values(step.record.outputs)) {
      // A file that another step gave as well is freed with the last of them.
      if (count(output.digest, -1) === 0) left -= output.bytes;
    }
  }
  return leaving;

  function count(digest: Digest, by: number): number {
    const result = (names.get(digest) ?? 0) + by;
    names.set(digest, result);
    return result;
  }
}
