// The store as the cache commands open it: on this machine, at the folder that --cache names.
import { openStore, type Store } from '../cache/store.ts';
import { realClock } from '../platform/clock.ts';
import { realHost } from '../platform/host.ts';
import { realFileSystem } from '../platform/real-file-system.ts';

/** Reads and writes nothing yet; a store that does not exist is an empty one. */
export const openCache = (folder: string): Store => openStore(folder, realFileSystem, realClock, realHost());
