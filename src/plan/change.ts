// What changed in a step since it was last seen, one phrase for each change, with old and new value. Pure.
import { shortDigest, type Json } from '../cache/digest.ts';
import type { LastSeen } from '../cache/last-seen.ts';
import type { InputDigests } from '../cache/step-record.ts';
import type { Computation } from './step-key.ts';

/** Longer lists of changes are cut, with a count of the rest. */
const SHOWN = 3;
const LONGEST_VALUE = 60;

/**
 * Phrases such as `epochs is 24, was 20`. Inputs are compared where they are known.
 * `from` names the steps that feed an input.
 */
export function changesSince(
  seen: LastSeen,
  now: Computation,
  inputs: Readonly<Record<string, InputDigests>> | undefined,
  from: (input: string) => readonly string[],
): readonly string[] {
  if (seen.stage !== now.stage) return [`the stage is ${now.stage}, was ${seen.stage}`];
  const changes: string[] = [];
  if (seen.version !== now.version) {
    changes.push(`the implementation of ${now.stage} is version ${now.version}, was ${seen.version}`);
  }
  for (const [name, value, was] of differences(now.parameters, seen.parameters)) {
    changes.push(`${name} is ${describeValue(value)}, was ${describeValue(was)}`);
  }
  if (seen.engine !== now.engine) {
    changes.push(`the engine is ${now.engine ?? 'none'}, was ${seen.engine ?? 'none'}`);
  }
  for (const [name, value, was] of differences(now.external, seen.external)) {
    changes.push(`file ${name} changed (digest ${describeDigest(value)}, was ${describeDigest(was)})`);
  }
  if (inputs !== undefined) {
    for (const [name, value, was] of differences(inputs, seen.inputs)) {
      changes.push(describeInput(name, value, was, from(name)));
    }
  }
  return changes;
}

/** One sentence without its full stop. */
export function joinChanges(changes: readonly string[]): string {
  const rest = changes.length - SHOWN;
  const shown = changes.slice(0, SHOWN).join('; ');
  return rest > 0 ? `${shown}; and ${rest} more ${rest === 1 ? 'change' : 'changes'}` : shown;
}

export function describeValue(value: Json | undefined): string {
  if (value === undefined) return 'not there';
  if (value === null) return 'not given';
  const text = JSON.stringify(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE - 1)}…` : text;
}

function describeDigest(digest: string | null | undefined): string {
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
