// A store opened: the parts of the cache over one folder. Opening reads and writes nothing; `prepare` makes the folders.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Clock } from '../platform/clock.ts';
import type { FileSystem } from '../platform/file-system.ts';
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
  hasCheckpoint(key: StepKey): Promise<boolean>;
  removeCheckpoint(key: StepKey): Promise<void>;
}

export function openStore(root: string, files: FileSystem, clock: Clock, host: Host): Store {
  const layout = storeLayout(root);
  return {
    files,
    clock,
    layout,
    blobs: blobStore(files, layout, clock),
    records: recordStore(files, layout, clock),
    lastSeen: lastSeenStore(files, layout),
    fileDigests: fileDigests(files, layout, clock),
    locks: locks(files, layout, clock, host),
    prepare: () =>
      storing(`cannot use ${root} as the cache`, async () => {
        for (const folder of [layout.tmp, layout.runs, layout.downloads]) await files.makeFolder(folder);
        // The folders may be there while nothing can be written any more.
        const probe = join(layout.tmp, `probe-${randomUUID()}`);
        await files.write(probe, 'probe', { durable: false });
        await files.remove(probe);
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
