// What changed in a step since it was last seen, as data and in words, with old and new value. Pure.
import { shortDigest, type Json } from '../cache/digest.ts';
import type { LastSeen } from '../cache/last-seen.ts';
import type { InputDigests } from '../cache/step-record.ts';
import type { Computation } from './step-key.ts';

/** Longer lists of changes are cut, with a count of the rest. */
const SHOWN = 3;
const LONGEST_VALUE = 60;

/** Undefined stands for what is not there: a parameter or an input that one of the two versions does not have. */
export type Change =
  | { readonly kind: 'stage'; readonly now: string; readonly was: string }
  | { readonly kind: 'version'; readonly stage: string; readonly now: number; readonly was: number }
  | {
      readonly kind: 'parameter';
      readonly name: string;
      readonly now: Json | undefined;
      readonly was: Json | undefined;
    }
  | { readonly kind: 'engine'; readonly now: string | null; readonly was: string | null }
  /** A file outside the store. */
  | {
      readonly kind: 'file';
      readonly name: string;
      readonly now: string | null | undefined;
      readonly was: string | null | undefined;
    }
  | {
      readonly kind: 'input';
      readonly name: string;
      readonly now: InputDigests | undefined;
      readonly was: InputDigests | undefined;
      /** The steps that feed it. */
      readonly from: readonly string[];
    };

/**
 * Inputs are compared where they are known. A step of another stage has nothing else in common with what was seen.
 * `from` names the steps that feed an input.
 */
export function changesSince(
  seen: LastSeen,
  now: Computation,
  inputs: Readonly<Record<string, InputDigests>> | undefined,
  from: (input: string) => readonly string[],
): readonly Change[] {
  if (seen.stage !== now.stage) return [{ kind: 'stage', now: now.stage, was: seen.stage }];
  const changes: Change[] = [];
  if (seen.version !== now.version) {
    changes.push({ kind: 'version', stage: now.stage, now: now.version, was: seen.version });
  }
  for (const [name, value, was] of differences(now.parameters, seen.parameters)) {
    changes.push({ kind: 'parameter', name, now: value, was });
  }
  if (seen.engine !== now.engine) changes.push({ kind: 'engine', now: now.engine, was: seen.engine });
  for (const [name, value, was] of differences(now.external, seen.external)) {
    changes.push({ kind: 'file', name, now: value, was });
  }
  for (const [name, value, was] of inputs === undefined ? [] : differences(inputs, seen.inputs)) {
    changes.push({ kind: 'input', name, now: value, was, from: from(name) });
  }
  return changes;
}

/** A phrase such as `epochs is 24, was 20`. */
export function describeChange(change: Change): string {
  switch (change.kind) {
    case 'stage':
      return `the stage is ${change.now}, was ${change.was}`;
    case 'version':
      return `the implementation of ${change.stage} is version ${change.now}, was ${change.was}`;
    case 'parameter':
      return `${change.name} is ${describeValue(change.now)}, was ${describeValue(change.was)}`;
    case 'engine':
      return `the engine is ${change.now ?? 'none'}, was ${change.was ?? 'none'}`;
    case 'file':
      return `file ${change.name} changed (digest ${describeDigest(change.now)}, was ${describeDigest(change.was)})`;
    case 'input':
      return describeInput(change.name, change.now, change.was, change.from);
  }
}

/** One sentence without its full stop. */
export function joinChanges(changes: readonly Change[]): string {
  const rest = changes.length - SHOWN;
  const shown = changes.slice(0, SHOWN).map(describeChange).join('; ');
  return rest > 0 ? `${shown}; and ${rest} more ${rest === 1 ? 'change' : 'changes'}` : shown;
}

export function describeValue(value: Json | undefined): string {
  if (value === undefined) return 'not there';
  if (value === null) return 'not given';
  const text = JSON.stringify(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE - 1)}…` : text;
}

export function describeDigest(digest: string | null | undefined): string {
  return digest === null ? 'unknown' : digest === undefined ? 'not there' : shortDigest(digest);
}
function describeInput(
  name: string,
  value: InputDigests | undefined,
  was: InputDigests | undefined,
  steps: readonly string[],
): string {
  const source = steps.length === 0 ? '' : `, from ${steps.length === 1 ? 'step' : 'steps'} ${steps.join(', ')}`;
  if (value === undefined) return `input ${name} is no longer given`;
  if (was === undefined) return `input ${name} is new${source}`;
  if (typeof value === 'string' && typeof was === 'string') {
    return `input ${name} changed (digest ${shortDigest(value)}, was ${shortDigest(was)}${source})`;
  }
  const [count, before] = [leaves(value).length, leaves(was).length];
  if (count !== before) return `input ${name} has ${count} items, had ${before}${source}`;
  const changed = leaves(value).filter((leaf, i) => leaf !== leaves(was)[i]).length;
  if (changed === 0) return `input ${name} is grouped differently${source}`;
  return `${changed} of ${count} items of input ${name} changed${source}`;
}

function leaves(digests: InputDigests): readonly string[] {
  return typeof digests === 'string' ? [digests] : digests.flatMap(leaves);
}

function differences<T extends Json>(
  now: Readonly<Record<string, T>>,
  before: Readonly<Record<string, T>>,
): readonly (readonly [name: string, now: T | undefined, before: T | undefined])[] {
  const names = new Set([...Object.keys(now), ...Object.keys(before)]);
  return [...names]
    .map((name) => [name, now[name], before[name]] as const)
    .filter(([, value, was]) => JSON.stringify(value) !== JSON.stringify(was));
}
