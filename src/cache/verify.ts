// Verification: reads every blob and compares it with its digest, for disks that are not to be trusted. Damaged ones are moved aside,
// so that the steps that made them run again when they are needed. Compiled steps are read as well; damaged ones go.
import { basename } from 'node:path';
import { isWholeCompiledStep } from './compiled-steps.ts';
import type { Digest } from './digest.ts';
import { bytesOf, inventory } from './inventory.ts';
import type { Store } from './store.ts';

export interface Verified {
  readonly blobs: number;
  /** All that was read. */
  readonly bytes: number;
  /** Moved to quarantine/, with the steps that gave them. */
  readonly damaged: readonly { readonly digest: Digest; readonly stages: readonly string[] }[];
  /** Named by a record and not there: after a collection that was killed, or a hand in the store. Such a record is no hit. */
  readonly missing: readonly { readonly digest: Digest; readonly stages: readonly string[] }[];
  /** Paths of records that cannot be read; they are no hits. */
  readonly unreadable: readonly string[];
  readonly compiled: number;
  /** Compiled steps that were not as they were written, and are gone: the next run compiles them again. */
  readonly damagedCompiled: readonly string[];
}

/** @param onProgress hears how many bytes of how many are checked. */
export async function verify(store: Store, onProgress?: (done: number, total: number) => void): Promise<Verified> {
  const held = await inventory(store);
  const total = held.bytes + bytesOf(held.compiled);
  const stagesOf = new Map<Digest, Set<string>>();
  for (const { record } of held.steps) {
    for (const { digest } of Object.values(record.outputs)) {
      stagesOf.set(digest, (stagesOf.get(digest) ?? new Set()).add(record.stage));
    }
  }
  const named = (digest: Digest) => ({ digest, stages: [...(stagesOf.get(digest) ?? [])].sort() });

  const damaged: Verified['damaged'][number][] = [];
  let done = 0;
  for (const [digest, blob] of held.blobs) {
    if ((await store.blobs.verify(digest)) === 'damaged') {
      await store.blobs.quarantine(digest);
      damaged.push(named(digest));
    }
    done += blob.bytes;
    onProgress?.(done, total);
  }
  const damagedCompiled: string[] = [];
  for (const { path, bytes } of held.compiled) {
    if (!(await isWholeCompiledStep(store.files, path, basename(path)))) {
      await store.files.remove(path);
      damagedCompiled.push(path);
    }
    done += bytes;
    onProgress?.(done, total);
  }
  const missing = [...stagesOf.keys()].filter((digest) => !held.blobs.has(digest)).map(named);
  return {
    ...{ blobs: held.blobs.size, bytes: total, damaged, missing, unreadable: held.unreadable },
    ...{ compiled: held.compiled.length, damagedCompiled },
  };
}
