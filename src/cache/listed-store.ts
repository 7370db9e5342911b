// A store for a plan: what is not in a folder need not be asked for, one name at a time. Each folder is listed once, when it is first asked about, so
// it is for a look that lasts a moment, and a run decides again with the store itself. In: a store; out: the same, with less to read.
import { join, sep } from 'node:path';
import type { FileSystem } from '../platform/file-system.ts';
import { lastSeenStore } from './last-seen.ts';
import { recordStore } from './step-record.ts';
import type { Store } from './store.ts';

export function listedStore(store: Store): Store {
  const { layout, clock } = store;
  const files = listedFiles(store.files, [layout.records, layout.families, layout.steps, layout.checkpoints]);
  return {
    ...store,
    records: recordStore(files, layout, clock),
    lastSeen: lastSeenStore(files, layout),
    hasCheckpoint: async (key) => (await files.stat(layout.checkpoint(key))) !== undefined,
  };
}

/** Reads and looks in `folders` go to the disk only for names that are there. */
function listedFiles(files: FileSystem, folders: readonly string[]): FileSystem {
  const listings = new Map<string, Promise<ReadonlySet<string>>>();
  const namesIn = (folder: string): Promise<ReadonlySet<string>> => {
    const known = listings.get(folder) ?? files.list(folder).then((names) => new Set(names));
    listings.set(folder, known);
    return known;
  };
  const mayBeThere = async (path: string): Promise<boolean> => {
    const root = folders.find((folder) => path.startsWith(folder + sep));
    if (root === undefined) return true;
    let folder = root;
    for (const name of path.slice(root.length + sep.length).split(sep)) {
      if (!(await namesIn(folder)).has(name)) return false;
      folder = join(folder, name);
    }
    return true;
  };
  return {
    ...files,
    stat: async (path) => ((await mayBeThere(path)) ? files.stat(path) : undefined),
    read: async (path) => {
      if (await mayBeThere(path)) return files.read(path);
      throw Object.assign(new Error(`there is no ${path}`), { code: 'ENOENT' });
    },
  };
}
