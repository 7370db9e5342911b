// What each step of each pipeline was when it last ran or was reused, so that a plan can say what has changed since.
// Only explanations read it: no verdict depends on it.
import { resolve } from 'node:path';
import type { FileSystem } from '../platform/file-system.ts';
import { writeAtomically } from './atomic-write.ts';
import { canonicalJson, digestOf, type Json, type StepKey } from './digest.ts';
import type { StoreLayout } from './store-layout.ts';
import type { InputDigests } from './step-record.ts';
import { storing } from './store-error.ts';
import { lazyValidator, readValidated } from './validated-json.ts';

/** Names a step across runs, whatever its parameters. */
export interface StepPlace {
  readonly file: string;
  readonly pipeline: string;
  readonly step: string;
}

export interface LastSeen {
  readonly format: 1;
  readonly key: StepKey;
  readonly stage: string;
  readonly version: number;
  readonly engine: string | null;
  readonly parameters: Readonly<Record<string, Json>>;
  readonly inputs: Readonly<Record<string, InputDigests>>;
  /** Files outside the store that it read, by their logical name. */
  readonly external: Readonly<Record<string, string | null>>;
  /** Seconds it took when it was computed: what the next run expects. */
  readonly seconds: number;
}

const isLastSeen = lazyValidator<LastSeen>({
  type: 'object',
  required: ['format', 'key', 'stage', 'version', 'engine', 'parameters', 'inputs', 'external', 'seconds'],
  properties: {
    format: { type: 'integer', const: 1 },
    key: { type: 'string' },
    stage: { type: 'string' },
    version: { type: 'integer' },
    engine: { type: ['string', 'null'] },
    parameters: { type: 'object' },
    inputs: { type: 'object', additionalProperties: { $ref: '#/definitions/input' } },
    external: { type: 'object', additionalProperties: { type: ['string', 'null'] } },
    seconds: { type: 'number' },
  },
  definitions: {
    input: { anyOf: [{ type: 'string' }, { type: 'array', items: { $ref: '#/definitions/input' } }] },
  },
});

export interface LastSeenStore {
  read(place: StepPlace): Promise<LastSeen | undefined>;
  write(place: StepPlace, seen: LastSeen): Promise<void>;
}

export function lastSeenStore(files: FileSystem, layout: StoreLayout): LastSeenStore {
  const path = ({ file, pipeline, step }: StepPlace): string =>
    layout.step(digestOf(canonicalJson([resolve(file), pipeline, step])));
  return {
    read: (place) => readValidated(files, path(place), isLastSeen),
    async write(place, seen) {
      await storing(`cannot note what ran in ${layout.root}`, () =>
        writeAtomically(files, layout.tmp, path(place), `${JSON.stringify(seen)}\n`),
      );
    },
  };
}
