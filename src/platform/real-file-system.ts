// The file system of this machine.
import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { copyFile, mkdir, open, readdir, readFile, rename, rm, stat, symlink, utimes } from 'node:fs/promises';
import { errorCode, type Content, type FileStat, type FileSystem } from './file-system.ts';

/** Node.js reads no more than 2 GiB at once. */
const READ_AT_ONCE = 2 ** 31 - 1;
const PIECE = 2 ** 26;
/** One array holds no more on Node.js 20. */
const LARGEST_READ = 2 ** 32;

export const realFileSystem: FileSystem = {
  async read(path) {
    const { size } = await stat(path);
    return size > READ_AT_ONCE ? readInPieces(path, size) : readFile(path);
  },

  async write(path, content, options) {
    const handle = await open(path, 'w');
    try {
      // Each goes on where the one before ended.
      for (const part of isWhole(content) ? [content] : content) await handle.writeFile(part);
      if (options?.durable !== false) await handle.sync();
    } finally {
      await handle.close();
    }
  },

  async create(path) {
    const handle = await open(path, 'w');
    return {
      // Not handle.write(): that may write a part only.
      write: (bytes) => handle.writeFile(bytes),
      async close() {
        try {
          await handle.sync();
        } finally {
          await handle.close();
        }
      },
      async abandon() {
        await handle.close();
        await rm(path, { force: true });
      },
    };
  },

  rename: (from, to) => rename(from, to),

  async remove(path) {
    try {
      await rm(path, { recursive: true });
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  },

  async makeFolder(path) {
    await mkdir(path, { recursive: true });
  },

  async syncFolder(path) {
    // Windows cannot open a folder, and makes names durable by itself.
    if (process.platform === 'win32') return;
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },

  async list(path) {
    try {
      return (await readdir(path)).sort();
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  },

  async stat(path) {
    try {
      const found = await stat(path);
      const kind = found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
      return { kind, size: found.size, modified: found.mtimeMs, inode: found.ino } satisfies FileStat;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  },

  async touch(path, time) {
    try {
      await utimes(path, time / 1000, time / 1000);
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  },

  copy: (from, to) => copyFile(from, to, constants.COPYFILE_FICLONE),

  link: (target, path) => symlink(target, path),

  async hash(path) {
    const hash = createHash('sha256');
    for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(piece as Buffer);
    return hash.digest('hex');
  },
};

const isWhole = (content: Content): content is string | Uint8Array =>
  typeof content === 'string' || content instanceof Uint8Array;

async function readInPieces(path: string, size: number): Promise<Uint8Array> {
  if (size > LARGEST_READ)
    throw new RangeError(`${path} has ${(size / 2 ** 30).toFixed(1)} GiB, and no more than 4 GiB can be read at once`);
  const bytes = new Uint8Array(size);
  const handle = await open(path, 'r');
  try {
    for (let at = 0; at < size;) {
      const { bytesRead } = await handle.read(bytes, at, Math.min(PIECE, size - at), at);
      if (bytesRead === 0) throw new RangeError(`${path} became shorter while it was read`);
      at += bytesRead;
    }
  } finally {
    await handle.close();
  }
  return bytes;
}

function isMissing(error: unknown): boolean {
  return errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR';
}
