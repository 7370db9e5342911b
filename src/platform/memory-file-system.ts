// A file system in memory for tests. It can fail at a chosen operation (`fail`), stop for good at one (`crashAt`), and then forget,
// as a power cut does, what was not made durable: content without fsync, names in folders that were not synced.
import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import type { Content, FileStat, FileSystem } from './file-system.ts';

interface Node {
  readonly bytes: Uint8Array;
  readonly durable: boolean;
  readonly modified: number;
  readonly inode: number;
}

/** Thrown by the operation at which the machine stopped, and by all that follow. */
export class MachineStopped extends Error {
  override readonly name = 'MachineStopped';
}

export interface MemoryFaults {
  /** The machine stops before the operation with this number (from 0) takes effect; a write leaves half its bytes. */
  crashAt?: number;
  /** An errno name to fail with, or undefined to go on. */
  fail?: (operation: string, path: string, number: number) => string | undefined;
}

export interface MemoryFileSystem extends FileSystem {
  /** Operations that change something, so far. */
  readonly operations: number;
  /** The files by path, as text where they are text. */
  files(): ReadonlyMap<string, Uint8Array>;
  /** Changes one byte of a file, as a failing disk does. */
  flip(path: string, offset: number): void;
  /** What a restarted machine finds. `keeps(path)` decides for each name that was not made durable whether it survived anyway. */
  afterPowerCut(keeps: (path: string) => boolean): MemoryFileSystem;
}

export function memoryFileSystem(faults: MemoryFaults = {}, now: () => number = () => 0): MemoryFileSystem {
  return create(new Map(), new Set(['/']), faults, now);
}

function create(
  start: ReadonlyMap<string, Node>,
  startFolders: ReadonlySet<string>,
  faults: MemoryFaults,
  now: () => number,
): MemoryFileSystem {
  const nodes = new Map(start);
  const folders = new Set(startFolders);
  /** The names that survive a power cut. */
  const durableNames = new Map(start);
  let operations = 0;
  let inodes = start.size;
  let stopped = false;

  function check(operation: string, path: string): boolean {
    if (stopped) throw new MachineStopped(operation);
    const number = operations;
    operations += 1;
    const code = faults.fail?.(operation, path, number);
    if (code !== undefined) throw errno(code, operation, path);
    if (faults.crashAt === number) stopped = true;
    return stopped;
  }

  function missing(operation: string, path: string): Error {
    return errno('ENOENT', operation, path);
  }

  return {
    get operations() {
      return operations;
    },
    files: () => new Map([...nodes].map(([path, node]) => [path, node.bytes])),
    flip(path, offset) {
      const node = nodes.get(path);
      if (node === undefined) throw missing('flip', path);
      const bytes = Uint8Array.from(node.bytes);
      bytes[offset] = bytes[offset]! ^ 1;
      nodes.set(path, { ...node, bytes });
    },
    afterPowerCut(keeps) {
      const left = new Map<string, Node>();
      for (const path of new Set([...durableNames.keys(), ...nodes.keys()])) {
        const before = durableNames.get(path);
        const after = nodes.get(path);
        const node = before === after || keeps(path) ? after : before;
        if (node === undefined) continue;
        // Content without fsync comes back empty: the size was written, the data was not.
        left.set(path, node.durable ? node : { ...node, bytes: new Uint8Array(0), durable: true });
      }
      return create(left, folders, {}, now);
    },

    async read(path) {
      if (stopped) throw new MachineStopped('read');
      const node = nodes.get(path);
      if (node === undefined) throw missing('read', path);
      return Uint8Array.from(node.bytes);
    },
    async write(path, content, options) {
      if (!folders.has(dirname(path))) throw missing('write', path);
      const bytes = bytesOf(content);
      const crashed = check('write', path);
      inodes += 1;
      const written = crashed ? bytes.slice(0, bytes.length >> 1) : bytes;
      nodes.set(path, {
        bytes: written,
        durable: !crashed && options?.durable !== false,
        modified: now(),
        inode: nodes.get(path)?.inode ?? inodes,
      });
      if (crashed) throw new MachineStopped('write');
    },
    async create(path) {
      if (!folders.has(dirname(path))) throw missing('create', path);
      const pieces: Uint8Array[] = [];
      const put = (durable: boolean): void => {
        inodes += 1;
        const bytes = Uint8Array.from(pieces.flatMap((piece) => [...piece]));
        nodes.set(path, { bytes, durable, modified: now(), inode: nodes.get(path)?.inode ?? inodes });
      };
      if (check('create', path)) throw new MachineStopped('create');
      put(false);
      return {
        async write(bytes) {
          const crashed = check('write', path);
          pieces.push(crashed ? bytes.slice(0, bytes.length >> 1) : Uint8Array.from(bytes));
          put(false);
          if (crashed) throw new MachineStopped('write');
        },
        async close() {
          if (check('close', path)) throw new MachineStopped('close');
          put(true);
        },
        async abandon() {
          if (check('remove', path)) throw new MachineStopped('remove');
          nodes.delete(path);
        },
      };
    },
    async rename(from, to) {
      if (check('rename', to)) throw new MachineStopped('rename');
      const node = nodes.get(from);
      if (node === undefined) throw missing('rename', from);
      nodes.delete(from);
      nodes.set(to, node);
    },
    async remove(path) {
      if (check('remove', path)) throw new MachineStopped('remove');
      const below = [...nodes.keys()].filter((name) => name === path || name.startsWith(`${path}/`));
      for (const name of below) nodes.delete(name);
      let found = below.length > 0;
      for (const folder of [...folders]) {
        if (folder !== path && !folder.startsWith(`${path}/`)) continue;
        folders.delete(folder);
        found = true;
      }
      return found;
    },
    async makeFolder(path) {
      if (check('makeFolder', path)) throw new MachineStopped('makeFolder');
      for (let folder = path; folder !== '/' && folder !== '.'; folder = dirname(folder)) folders.add(folder);
    },
    async syncFolder(path) {
      if (check('syncFolder', path)) throw new MachineStopped('syncFolder');
      for (const name of new Set([...nodes.keys(), ...durableNames.keys()])) {
        if (dirname(name) !== path) continue;
        const node = nodes.get(name);
        if (node === undefined) durableNames.delete(name);
        else durableNames.set(name, node);
      }
    },
    async list(path) {
      if (stopped) throw new MachineStopped('list');
      const prefix = `${path}/`;
      const names = new Set<string>();
      for (const name of [...nodes.keys(), ...folders]) {
        if (name.startsWith(prefix)) names.add(name.slice(prefix.length).split('/')[0]!);
      }
      return [...names].sort();
    },
    async stat(path) {
      if (stopped) throw new MachineStopped('stat');
      const node = nodes.get(path);
      if (node !== undefined) {
        return { kind: 'file', size: node.bytes.length, modified: node.modified, inode: node.inode } satisfies FileStat;
      }
      return folders.has(path) ? { kind: 'folder', size: 0, modified: 0, inode: 0 } : undefined;
    },
    async touch(path, time) {
      if (check('touch', path)) throw new MachineStopped('touch');
      const node = nodes.get(path);
      if (node === undefined) return false;
      nodes.set(path, { ...node, modified: time });
      return true;
    },
    async copy(from, to) {
      if (check('copy', to)) throw new MachineStopped('copy');
      const node = nodes.get(from);
      if (node === undefined) throw missing('copy', from);
      inodes += 1;
      nodes.set(to, { ...node, durable: false, inode: inodes });
    },
    async link(target, path) {
      if (check('link', path)) throw new MachineStopped('link');
      if (nodes.has(path)) throw errno('EEXIST', 'link', path);
      inodes += 1;
      nodes.set(path, { bytes: new TextEncoder().encode(target), durable: true, modified: now(), inode: inodes });
    },
    async hash(path) {
      if (stopped) throw new MachineStopped('hash');
      const node = nodes.get(path);
      if (node === undefined) throw missing('hash', path);
      return createHash('sha256').update(node.bytes).digest('hex');
    },
  };
}

function bytesOf(content: Content): Uint8Array {
  if (typeof content === 'string') return new TextEncoder().encode(content);
  return new Uint8Array(content instanceof Uint8Array ? content : Buffer.concat(content));
}

function errno(code: string, operation: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${operation} '${path}'`), { code });
}
