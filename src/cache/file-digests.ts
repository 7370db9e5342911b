// Digests of files outside the store, such as a data set, remembered by path, size, time and inode, so that planning need not
// read gigabytes each time. A file changed so recently that its time could hide another change is hashed but not remembered.
import { resolve } from 'node:path';
import type { Clock } from '../platform/clock.ts';
import type { FileSystem } from '../platform/file-system.ts';
import { writeAtomically } from './atomic-write.ts';
import { asDigest, type Digest } from './digest.ts';
import type { StoreLayout } from './store-layout.ts';
import { storing } from './store-error.ts';
import { lazyValidator, readValidated } from './validated-json.ts';

interface Remembered {
  readonly size: number;
  readonly modified: number;
  readonly inode: number;
  readonly digest: string;
}

type Table = Readonly<Record<string, Remembered>>;

const isTable = lazyValidator<Table>({
  type: 'object',
  additionalProperties: {
    type: 'object',
    required: ['size', 'modified', 'inode', 'digest'],
    properties: {
      size: { type: 'number' },
      modified: { type: 'number' },
      inode: { type: 'number' },
      digest: { type: 'string', pattern: '^[0-9a-f]{64}$' },
    },
  },
});

/** Two changes within this time may leave the same time stamp (FAT has the coarsest: 2 s). */
const SETTLED_AFTER = 3000;

export interface FileDigests {
  /** Undefined where there is no such file. */
  digest(path: string): Promise<Digest | undefined>;
  /** Keeps what was learnt, if anything. */
  save(): Promise<void>;
}

export function fileDigests(files: FileSystem, layout: StoreLayout, clock: Clock): FileDigests {
  let table: Promise<Map<string, Remembered>> | undefined;
  let learnt = false;

  function load(): Promise<Map<string, Remembered>> {
    table ??= readValidated(files, layout.fileDigests, isTable).then((found) => new Map(Object.entries(found ?? {})));
    return table;
  }

  return {
    async digest(path) {
      const name = resolve(path);
      const before = await files.stat(name);
      if (before?.kind !== 'file') return undefined;
      const remembered = (await load()).get(name);
      const { size, modified, inode } = before;
      if (
        remembered !== undefined &&
        remembered.size === size &&
        remembered.modified === modified &&
        remembered.inode === inode
      ) {
        return asDigest(remembered.digest);
      }
      const digest = asDigest(await files.hash(name));
      if (clock.now() - modified > SETTLED_AFTER) {
        (await load()).set(name, { size, modified, inode, digest });
        learnt = true;
      }
      return digest;
    },
    async save() {
      if (!learnt) return;
      learnt = false;
      const entries = Object.fromEntries(await load());
      await storing(`cannot write ${layout.fileDigests}`, () =>
        writeAtomically(files, layout.tmp, layout.fileDigests, `${JSON.stringify(entries)}\n`),
      );
    },
  };
}
