// What a step with a key gave: the entry of the cache that turns a key into digests. Written after its blobs, so that a record
// found means that they were all stored. Checked when read; one that does not fit its schema or its key is no hit.
import type { FileSystem } from '../platform/file-system.ts';
import type { Clock } from '../platform/clock.ts';
import { writeAtomically } from './atomic-write.ts';
import type { Digest, Json, StepKey } from './digest.ts';
import type { StoreLayout } from './store-layout.ts';
import { storing } from './store-error.ts';
import { lazyValidator, readValidated } from './validated-json.ts';

export interface StoredOutput {
  /** The artifact kind, such as `Features`. */
  readonly kind: string;
  /** The whole type as it was then, for people. */
  readonly type: string;
  readonly digest: Digest;
  readonly bytes: number;
}

/** Digests in the shape of an input: one, or a list of such. */
export type InputDigests = Digest | readonly InputDigests[];

export interface StepRecord {
  readonly format: 1;
  readonly key: StepKey;
  /** See step-key.ts: everything in the key but the inputs. */
  readonly family: Digest;
  readonly stage: string;
  readonly version: number;
  readonly parameters: Readonly<Record<string, Json>>;
  readonly inputs: Readonly<Record<string, InputDigests>>;
  readonly outputs: Readonly<Record<string, StoredOutput>>;
  /** How long the computation took. */
  readonly seconds: number;
  /** For stages that use one. */
  readonly engine: string | null;
  readonly threads: number | null;
  /** ISO 8601, UTC. */
  readonly created: string;
}

const digest = { type: 'string', pattern: '^[0-9a-f]{64}$' };

const isStepRecord = lazyValidator<StepRecord>({
  type: 'object',
  additionalProperties: false,
  required: [
    ...['format', 'key', 'family', 'stage', 'version', 'parameters', 'inputs', 'outputs', 'seconds'],
    ...['engine', 'threads', 'created'],
  ],
  properties: {
    format: { type: 'integer', const: 1 },
    key: digest,
    family: digest,
    stage: { type: 'string' },
    version: { type: 'integer' },
    parameters: { type: 'object' },
    inputs: { type: 'object', additionalProperties: { $ref: '#/definitions/input' } },
    outputs: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        required: ['kind', 'type', 'digest', 'bytes'],
        properties: {
          kind: { type: 'string' },
          type: { type: 'string' },
          digest,
          bytes: { type: 'integer', minimum: 0 },
        },
      },
    },
    seconds: { type: 'number', minimum: 0 },
    engine: { type: ['string', 'null'] },
    threads: { type: ['integer', 'null'] },
    created: { type: 'string' },
  },
  definitions: {
    input: { anyOf: [digest, { type: 'array', items: { $ref: '#/definitions/input' } }] },
  },
});

export interface RecordStore {
  read(key: StepKey): Promise<StepRecord | undefined>;
  /** Only after every blob of the record is stored. */
  write(record: StepRecord): Promise<void>;
  /** Marks it as used now. */
  touch(key: StepKey): Promise<void>;
  /** Whether a computation of this family was ever stored, with whatever inputs. */
  knowsFamily(family: Digest): Promise<boolean>;
}

export function recordStore(files: FileSystem, layout: StoreLayout, clock: Clock): RecordStore {
  return {
    read: (key) => readRecordFile(files, layout.record(key), key),
    write(record) {
      return storing(`cannot write the record of a step in ${layout.root}`, async () => {
        // Before the record: a family without records only makes a plan less certain, a record without its family would make it wrong.
        await writeAtomically(files, layout.tmp, layout.family(record.family), '');
        await writeAtomically(files, layout.tmp, layout.record(record.key), `${JSON.stringify(record, null, 1)}\n`);
      });
    },
    async touch(key) {
      await storing(`cannot mark a record as used in ${layout.root}`, () =>
        files.touch(layout.record(key), clock.now()),
      );
    },
    async knowsFamily(family) {
      return (await files.stat(layout.family(family))) !== undefined;
    },
  };
}

/** Reads one record file; undefined where it is missing, damaged, or the record of another key. */
export async function readRecordFile(files: FileSystem, path: string, key: string): Promise<StepRecord | undefined> {
  const record = await readValidated(files, path, isStepRecord);
  return record?.key === key ? record : undefined;
}
