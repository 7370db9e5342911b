// The file system as the store needs it: whole files, atomic steps, explicit durability. A real form is in
// real-file-system.ts, one in memory with crashes and faults in memory-file-system.ts. Errors carry Node's `code` (ENOENT, ENOSPC, …).
// It knows nothing of blobs, records or runs.

export interface FileStat {
  readonly kind: 'file' | 'folder' | 'other';
  readonly size: number;
  /** Last change of the content, in milliseconds since 1970. */
  readonly modified: number;
  /** Tells a file from another that took its name. */
  readonly inode: number;
}

/** What a file shall hold. In parts where it is large and lies in several places: it need not be put together first. */
export type Content = string | Uint8Array | readonly Uint8Array[];

/** A file that is written piece by piece. */
export interface FileSink {
  write(bytes: Uint8Array): Promise<void>;
  /** Durable (fsync) when the promise resolves. Nothing can be written any more. */
  close(): Promise<void>;
  /** Closes it and removes what was written. */
  abandon(): Promise<void>;
}

export interface FileSystem {
  /** Throws ENOENT where there is none. RangeError where it is larger than one array can be. */
  read(path: string): Promise<Uint8Array>;
  /** Creates or replaces the content, which must not change meanwhile. Durable (fsync) when the promise resolves, unless `durable` is false. */
  write(path: string, content: Content, options?: { readonly durable: boolean }): Promise<void>;
  /** Creates a file, or empties it, to be written piece by piece. */
  create(path: string): Promise<FileSink>;
  /** Atomic within a file system; replaces `to`. */
  rename(from: string, to: string): Promise<void>;
  /** False where there was nothing to remove. Folders go with all they hold. */
  remove(path: string): Promise<boolean>;
  /** With all its parents; no error where it is there. */
  makeFolder(path: string): Promise<void>;
  /** Makes the names in a folder durable: what was renamed into it stays there after a power cut. */
  syncFolder(path: string): Promise<void>;
  /** Names in a folder, sorted; none where it is missing. */
  list(path: string): Promise<readonly string[]>;
  /** Undefined where there is nothing. */
  stat(path: string): Promise<FileStat | undefined>;
  /** Sets the time of the last change. False where there is nothing. */
  touch(path: string, time: number): Promise<boolean>;
  /** A copy that shares no later change with its source; shares the disk blocks where the file system can. */
  copy(from: string, to: string): Promise<void>;
  /** Makes `path` a symbolic link to `target`; it must not exist. */
  link(target: string, path: string): Promise<void>;
  /** SHA-256 of the content (hex), read in pieces. */
  hash(path: string): Promise<string>;
}

/** The errno name of a file system error, such as `ENOSPC`. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Reads a file that may be missing. */
export async function readIfThere(files: FileSystem, path: string): Promise<Uint8Array | undefined> {
  try {
    return await files.read(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}
