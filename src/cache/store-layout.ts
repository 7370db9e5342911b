// Where everything lies in a store (the --cache folder). Paths only; nothing here touches a disk.
import { join } from 'node:path';
import type { Digest, StepKey } from './digest.ts';

export interface StoreLayout {
  readonly root: string;
  /** Content by its digest: `blobs/ab/abcd…`. */
  readonly blobs: string;
  /** What a step with a key gave: `records/ab/abcd….json`. */
  readonly records: string;
  /** Which computations have ever been stored, whatever their inputs; see step-key.ts. */
  readonly families: string;
  /** What each step of each pipeline was when it last ran. */
  readonly steps: string;
  readonly checkpoints: string;
  readonly downloads: string;
  /** Compiled training steps; see compiled-steps.ts. */
  readonly compiled: string;
  readonly locks: string;
  /** Damaged blobs, kept for a look. */
  readonly quarantine: string;
  readonly tmp: string;
  readonly runs: string;
  /** Digests of files outside the store, by path, size and time. */
  readonly fileDigests: string;
  /** The engine that `auto` found on a machine. */
  readonly engine: string;
  blob(digest: Digest): string;
  record(key: StepKey): string;
  family(digest: Digest): string;
  step(digest: Digest): string;
  checkpoint(key: StepKey): string;
}

export function storeLayout(root: string): StoreLayout {
  const sharded = (folder: string, name: string, extension = ''): string =>
    join(root, folder, name.slice(0, 2), name + extension);
  return {
    root,
    blobs: join(root, 'blobs'),
    records: join(root, 'records'),
    families: join(root, 'families'),
    steps: join(root, 'steps'),
    checkpoints: join(root, 'checkpoints'),
    downloads: join(root, 'downloads'),
    compiled: join(root, 'compiled'),
    locks: join(root, 'locks'),
    quarantine: join(root, 'quarantine'),
    tmp: join(root, 'tmp'),
    runs: join(root, 'runs'),
    fileDigests: join(root, 'file-digests.json'),
    engine: join(root, 'engine.json'),
    blob: (digest) => sharded('blobs', digest),
    record: (key) => sharded('records', key, '.json'),
    family: (digest) => join(root, 'families', digest),
    step: (digest) => join(root, 'steps', `${digest}.json`),
    checkpoint: (key) => join(root, 'checkpoints', key, 'state'),
  };
}
