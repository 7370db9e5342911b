// A store opened: the parts of the cache over one folder. Opening reads and writes nothing; `prepare` makes the folders.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Clock } from '../platform/clock.ts';
import { errorCode, type FileSystem } from '../platform/file-system.ts';
import type { Host } from '../platform/host.ts';
import { blobStore, type BlobStore } from './blob-store.ts';
import type { StepKey } from './digest.ts';
import { fileDigests, type FileDigests } from './file-digests.ts';
import { lastSeenStore, type LastSeenStore } from './last-seen.ts';
import { locks, type Locks } from './lock.ts';
import { recordStore, type RecordStore } from './step-record.ts';
import { storeLayout, type StoreLayout } from './store-layout.ts';
import { storing } from './store-error.ts';

export interface Store {
  readonly files: FileSystem;
  readonly clock: Clock;
  readonly layout: StoreLayout;
  readonly blobs: BlobStore;
  readonly records: RecordStore;
  readonly lastSeen: LastSeenStore;
  readonly fileDigests: FileDigests;
  readonly locks: Locks;
  /** Makes the folders; throws StoreError where the store cannot be written. */
  prepare(): Promise<void>;
  /** Removes what killed runs left under tmp/, unless another run lives. The caller holds the shared lock `run`. */
  clearTemporary(): Promise<void>;
  hasCheckpoint(key: StepKey): Promise<boolean>;
  removeCheckpoint(key: StepKey): Promise<void>;
}

export function openStore(root: string, files: FileSystem, clock: Clock, host: Host): Store {
  const layout = storeLayout(root);
  const storeLocks = locks(files, layout, clock, host);
  return {
    files,
    clock,
    layout,
    blobs: blobStore(files, layout, clock),
    records: recordStore(files, layout, clock),
    lastSeen: lastSeenStore(files, layout),
    fileDigests: fileDigests(files, layout, clock),
    locks: storeLocks,
    prepare: () =>
      storing(`cannot use ${root} as the cache`, async () => {
        for (const folder of [layout.tmp, layout.runs, layout.downloads]) await files.makeFolder(folder);
        // The folders may be there while nothing can be written any more.
        const probe = join(layout.tmp, `probe-${randomUUID()}`);
        await files.write(probe, 'probe', { durable: false });
        await files.remove(probe);
      }),
    clearTemporary: () =>
      storing(`cannot remove temporary files in ${root}`, async () => {
        // In this order: a run that came since is not in the list, one that came before is among the owners.
        const names = await files.list(layout.tmp);
        if ((await storeLocks.owners('run')).length > 1) return;
        for (const name of names) {
          try {
            await files.remove(join(layout.tmp, name));
          } catch (error) {
            // The worker of a killed run is still writing there; it is about to stop. The next run removes the rest.
            if (errorCode(error) !== 'ENOTEMPTY') throw error;
          }
        }
      }),
    async hasCheckpoint(key) {
      return (await files.stat(layout.checkpoint(key))) !== undefined;
    },
    removeCheckpoint: (key) =>
      storing(`cannot remove a checkpoint in ${root}`, async () => {
        await files.remove(layout.checkpoint(key).slice(0, -'/state'.length));
      }),
  };
}
