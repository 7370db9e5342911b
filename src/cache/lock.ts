// Mutual exclusion between runners that share a store, without anything that a person must ever clear.
//
// A lock is held by a file whose name says everything: what is locked, which machine, which process, when that process started.
// To acquire: create a file of one's own, then list; if another's file for the same thing belongs to a living process,
// withdraw and try later. Both see the other if they come at once, because each creates before it lists; then both withdraw, and
// the waiting time is random. A dead owner's file is removed by whoever meets it; as every name is unique, nobody can
// remove a lock that was taken anew. A process on another machine lives as long as it touches its file.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Clock } from '../platform/clock.ts';
import type { FileSystem } from '../platform/file-system.ts';
import type { Host } from '../platform/host.ts';
import type { StoreLayout } from './store-layout.ts';
import { storing } from './store-error.ts';

export interface Lock {
  release(): Promise<void>;
}

export interface LockOwner {
  readonly pid: number;
  readonly thisMachine: boolean;
  /** When it was taken, in milliseconds since 1970. */
  readonly since: number;
}

export interface Locks {
  /** The lock, or who has it. `name`: letters, digits, dashes. */
  acquire(name: string): Promise<{ readonly lock: Lock } | { readonly owner: LockOwner }>;
  /** A lock that any number may hold at once, such as "a run uses this store". */
  share(name: string): Promise<Lock>;
  /** The living owners. */
  owners(name: string): Promise<readonly LockOwner[]>;
}

/** An owner on another machine that has not been heard of for this long is dead. */
const SILENT_AFTER = 60_000;
const HEARTBEAT = 15_000;

interface Parsed {
  readonly file: string;
  readonly host: string;
  readonly pid: number;
  readonly started: string;
  readonly since: number;
}

export function locks(files: FileSystem, layout: StoreLayout, clock: Clock, host: Host): Locks {
  const own = `${host.name}~${host.process.pid}~${host.process.started}`;

  async function create(name: string): Promise<{ readonly file: string; readonly lock: Lock }> {
    const file = `${name}~${own}~${clock.now()}~${randomBytes(6).toString('hex')}`;
    const path = join(layout.locks, file);
    await storing(`cannot lock ${layout.root}`, async () => {
      await files.makeFolder(layout.locks);
      await files.write(path, '', { durable: false });
    });
    const heartbeat = setInterval(() => {
      // A missed beat is harmless here, and a store that can no longer be written shows at the next write.
      files.touch(path, clock.now()).catch(() => false);
    }, HEARTBEAT);
    heartbeat.unref();
    return {
      file,
      lock: {
        async release() {
          clearInterval(heartbeat);
          await storing(`cannot unlock ${layout.root}`, () => files.remove(path));
        },
      },
    };
  }

  async function living(name: string, except: string | undefined): Promise<readonly LockOwner[]> {
    const owners: LockOwner[] = [];
    for (const file of await files.list(layout.locks)) {
      if (file === except) continue;
      const parsed = parse(file, name);
      if (parsed === undefined) continue;
      if (await lives(parsed)) {
        owners.push({ pid: parsed.pid, thisMachine: parsed.host === host.name, since: parsed.since });
      } else {
        await storing(`cannot remove a dead lock in ${layout.root}`, () => files.remove(join(layout.locks, file)));
      }
    }
    return owners;
  }

  async function lives(owner: Parsed): Promise<boolean> {
    if (owner.host === host.name) {
      const known = host.lives({ pid: owner.pid, started: owner.started });
      if (known !== undefined) return known;
    }
    const found = await files.stat(join(layout.locks, owner.file));
    return found !== undefined && clock.now() - found.modified < SILENT_AFTER;
  }

  return {
    async acquire(name) {
      const { file, lock } = await create(name);
      const [owner] = await living(name, file);
      if (owner === undefined) return { lock };
      await lock.release();
      return { owner };
    },
    async share(name) {
      const { file, lock } = await create(name);
      // Nobody waits for a shared lock, so this is where those of the dead are met and removed.
      await living(name, file);
      return lock;
    },
    owners: (name) => living(name, undefined),
  };
}

function parse(file: string, name: string): Parsed | undefined {
  const [locked, host, pid, started, since, nonce] = file.split('~');
  if (locked !== name || host === undefined || started === undefined || nonce === undefined) return undefined;
  return { file, host, pid: Number(pid), started, since: Number(since) };
}
