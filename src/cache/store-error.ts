// What goes wrong with the store, in words for the user: which operation, why, and what to do. Everything else stays as it is.
import { errorCode } from '../platform/file-system.ts';

/** The message is for the user as it stands; `hint` says what to do. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly hint: string;
  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.hint = hint;
  }
}

const CAUSES: Readonly<Record<string, { readonly says: string; readonly hint: string }>> = {
  ENOSPC: {
    says: 'the disk is full',
    hint: 'Free some space, for instance with `pipe cache gc`, and run again: what is stored already is intact.',
  },
  EDQUOT: {
    says: 'your disk quota is used up',
    hint: 'Free some space, for instance with `pipe cache gc`, and run again: what is stored already is intact.',
  },
  EROFS: {
    says: 'the file system is read-only',
    hint: 'Choose a folder that can be written with --cache DIR.',
  },
  EACCES: {
    says: 'permission is denied',
    hint: 'Make the folder writable for you, or choose another with --cache DIR.',
  },
  EPERM: {
    says: 'the operation is not permitted',
    hint: 'Make the folder writable for you, or choose another with --cache DIR.',
  },
  EMFILE: {
    says: 'this process has too many open files',
    hint: 'Raise the limit (`ulimit -n 4096`), or run fewer steps at once with --jobs, and run again.',
  },
  ENFILE: {
    says: 'this machine has too many open files',
    hint: 'Close other programs or raise the limit of the system, and run again.',
  },
  EIO: {
    says: 'the disk reports an error',
    hint: 'Check the disk; then `pipe cache verify` finds what is damaged.',
  },
  ENOENT: {
    says: 'a file or folder of it is gone',
    hint: 'Another program may have removed it. Run again.',
  },
  ENOTDIR: {
    says: 'a part of the path is a file, not a folder',
    hint: 'Choose another folder with --cache DIR.',
  },
  EEXIST: {
    says: 'there is a file where a folder should be',
    hint: 'Choose another folder with --cache DIR.',
  },
};

/** Runs an operation on the store; a fault of the disk becomes a {@link StoreError} that says what was being done. */
export async function storing<T>(doing: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw describeStoreFault(doing, error);
  }
}

/** The error to throw for `error`, met while `doing` ("cannot write the record of a step in /x"). */
export function describeStoreFault(doing: string, error: unknown): unknown {
  const cause = CAUSES[errorCode(error) ?? ''];
  if (cause === undefined || error instanceof StoreError) return error;
  return new StoreError(`${doing}: ${cause.says}`, cause.hint, { cause: error });
}
