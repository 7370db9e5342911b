// The key of a step: a digest of everything that decides its output bytes, and of nothing else. Thread counts, annotations, step
// names, places in the source, comments and file names never enter.
import { canonicalJson, digestOf, type Digest, type Json, type StepKey } from '../cache/digest.ts';
import type { InputDigests } from '../cache/step-record.ts';

/** What is known before the inputs are. */
export interface Computation {
  readonly stage: string;
  readonly version: number;
  readonly parameters: Readonly<Record<string, Json>>;
  /** Content of the files that the stage reads from outside the graph, by logical name; null where unknown and unpublished. */
  readonly external: Readonly<Record<string, string | null>>;
  /** For stages that use one. */
  readonly engine: string | null;
}

/** Raised when the meaning of a key changes, so that no old record is found by accident. */
const KEY_FORMAT = 1;

/** The digest of a computation whatever its inputs: if no record has it, none can be found. */
export function familyOf(computation: Computation): Digest {
  const { stage, version, parameters, external, engine } = computation;
  return digestOf(canonicalJson({ format: KEY_FORMAT, stage, version, parameters, external, engine }));
}

/** `ancestors`: the keys of all ancestors, in any order, for a stage that shows how its inputs were made; otherwise undefined. */
export function stepKeyOf(
  family: Digest,
  inputs: Readonly<Record<string, InputDigests>>,
  ancestors: readonly StepKey[] | undefined,
): StepKey {
  const keys = ancestors === undefined ? undefined : [...new Set(ancestors)].sort();
  return digestOf(canonicalJson({ family, inputs, ancestors: keys })) as string as StepKey;
}
