// Content by its digest. A blob is immutable and whole or absent; whoever reads one checks its digest.
// It knows nothing of steps: what a digest is for stands in the records.
import { join } from 'node:path';
import type { Clock } from '../platform/clock.ts';
import { errorCode, readIfThere, type FileSystem } from '../platform/file-system.ts';
import { moveIntoPlace, writeAtomically } from './atomic-write.ts';
import { asDigest, digestOf, shortDigest, type Digest } from './digest.ts';
import type { StoreLayout } from './store-layout.ts';
import { StoreError, storing } from './store-error.ts';

export type BlobState = 'there' | 'missing' | 'damaged';

export interface BlobStore {
  path(digest: Digest): string;
  /** Stores bytes; durable when the promise resolves. */
  put(bytes: Uint8Array): Promise<Digest>;
  /** Takes over a durable file of the store's file system after checking that its content has this digest. */
  adopt(file: string, digest: Digest): Promise<void>;
  /** Checks the size alone, which is what planning can afford. */
  state(digest: Digest, bytes: number): Promise<BlobState>;
  /** Hashes the content. */
  verify(digest: Digest): Promise<BlobState>;
  /** The content, checked; undefined where it is missing or damaged. */
  read(digest: Digest): Promise<Uint8Array | undefined>;
  /** Moves a damaged blob aside, so that what made it runs again. */
  quarantine(digest: Digest): Promise<void>;
  /** Marks a blob as used now, so that collection leaves it alone. */
  touch(digest: Digest): Promise<void>;
}

export function blobStore(files: FileSystem, layout: StoreLayout, clock: Clock): BlobStore {
  const place = (digest: Digest): string => layout.blob(digest);

  /** A blob that is there and whole is only touched: its age must not let collection take it before its record is written. */
  async function alreadyStored(digest: Digest): Promise<boolean> {
    return (await files.touch(place(digest), clock.now())) && (await hashOf(digest)) === digest;
  }

  /** Of the content; undefined where there is none, or none any more: another process may move it aside at any moment. */
  async function hashOf(digest: Digest): Promise<string | undefined> {
    try {
      return await files.hash(place(digest));
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  return {
    path: place,
    put(bytes) {
      const digest = digestOf(bytes);
      return storing(`cannot store a result in ${layout.root}`, async () => {
        if (!(await alreadyStored(digest))) await writeAtomically(files, layout.tmp, place(digest), bytes);
        return digest;
      });
    },
    adopt(file, digest) {
      return storing(`cannot store a result in ${layout.root}`, async () => {
        const found = await files.hash(file);
        if (found !== digest) {
          throw new StoreError(
            `a result was damaged on its way into ${layout.root}: its digest is ${shortDigest(found)}, not ${shortDigest(digest)}`,
            'Check the disk, and run again.',
          );
        }
        if (!(await alreadyStored(digest))) await moveIntoPlace(files, file, place(digest));
      });
    },
    async state(digest, bytes) {
      const found = await files.stat(place(digest));
      if (found === undefined) return 'missing';
      return found.kind === 'file' && found.size === bytes ? 'there' : 'damaged';
    },
    async verify(digest) {
      const found = await hashOf(digest);
      return found === undefined ? 'missing' : found === digest ? 'there' : 'damaged';
    },
    async read(digest) {
      const bytes = await readIfThere(files, place(digest));
      return bytes !== undefined && digestOf(bytes) === asDigest(digest) ? bytes : undefined;
    },
    quarantine(digest) {
      return storing(`cannot move a damaged result aside in ${layout.root}`, async () => {
        await files.makeFolder(layout.quarantine);
        try {
          await moveIntoPlace(files, place(digest), join(layout.quarantine, digest));
        } catch (error) {
          // Another runner was quicker.
          if (errorCode(error) !== 'ENOENT') throw error;
        }
      });
    },
    async touch(digest) {
      await storing(`cannot mark a result as used in ${layout.root}`, () => files.touch(place(digest), clock.now()));
    },
  };
}
