// The sentences that say what changed.
import { describe, expect, test } from 'vitest';
import { digestOf } from '../../src/cache/digest.ts';
import type { LastSeen } from '../../src/cache/last-seen.ts';
import { asStepKey } from '../../src/cache/digest.ts';
import type { InputDigests } from '../../src/cache/step-record.ts';
import { changesSince, describeChange, describeValue, joinChanges, type Change } from '../../src/plan/change.ts';
import type { Computation } from '../../src/plan/step-key.ts';

const [a, b] = [digestOf('a'), digestOf('b')];
const base: Computation = { stage: 'std/x.train', version: 1, parameters: { epochs: 20 }, external: {}, engine: 'cpu' };
const seenWith = (inputs: Readonly<Record<string, InputDigests>>, before: Partial<Computation> = {}): LastSeen => ({
  ...{ format: 1, key: asStepKey(a), seconds: 1, ...base, ...before },
  inputs,
});
const changes = (
  now: Partial<Computation>,
  inputs: Readonly<Record<string, InputDigests>> = {},
  seen = seenWith({}),
): readonly string[] =>
  changesSince(seen, { ...base, ...now }, inputs, (name) => [`maker_of_${name}`]).map(describeChange);

describe('changesSince', () => {
  test('nothing', () => expect(changes({})).toEqual([]));
  test('a parameter', () => expect(changes({ parameters: { epochs: 24 } })).toEqual(['epochs is 24, was 20']));
  test('a new parameter', () => {
    expect(changes({ parameters: { epochs: 20, tau: 0.5 } })).toEqual(['tau is 0.5, was not there']);
  });
  test('a parameter that is gone', () => expect(changes({ parameters: {} })).toEqual(['epochs is not there, was 20']));
  test('an optional one', () => {
    expect(changes({ parameters: { epochs: null } })).toEqual(['epochs is not given, was 20']);
  });
  test('the implementation', () => {
    expect(changes({ version: 2 })).toEqual(['the implementation of std/x.train is version 2, was 1']);
  });
  test('the engine', () => expect(changes({ engine: 'reference' })).toEqual(['the engine is reference, was cpu']));
  test('another stage says it all', () => {
    expect(changes({ stage: 'std/x.other', parameters: { other: 1 } })).toEqual([
      'the stage is std/x.other, was std/x.train',
    ]);
  });
  test('a file outside', () => {
    expect(changes({ external: { data: a } }, {}, seenWith({}, { external: { data: null } }))).toEqual([
      `file data changed (digest ${a.slice(0, 8)}, was unknown)`,
    ]);
  });
  test('an input', () => {
    expect(changes({}, { features: a }, seenWith({ features: b }))).toEqual([
      `input features changed (digest ${a.slice(0, 8)}, was ${b.slice(0, 8)}, from step maker_of_features)`,
    ]);
  });
  test('an input that is new, and one that is gone', () => {
    expect(changes({}, { one: a }, seenWith({ two: b }))).toEqual([
      'input one is new, from step maker_of_one',
      'input two is no longer given',
    ]);
  });
  test('a list: how many items changed, or that there are more', () => {
    expect(changes({}, { each: [a, a] }, seenWith({ each: [a, b] }))).toEqual([
      '1 of 2 items of input each changed, from step maker_of_each',
    ]);
    expect(changes({}, { each: [a, b] }, seenWith({ each: [a] }))).toEqual([
      'input each has 2 items, had 1, from step maker_of_each',
    ]);
    expect(changes({}, { each: [[a], b] }, seenWith({ each: [a, b] }))).toEqual([
      'input each is grouped differently, from step maker_of_each',
    ]);
  });
  test('inputs that are not known yet are not compared', () => {
    expect(changesSince(seenWith({ features: a }), base, undefined, () => [])).toEqual([]);
  });
});

test('many changes are cut', () => {
  const engine = (now: string): Change => ({ kind: 'engine', now, was: null });
  const all = ['a', 'b', 'c'].map((now) => `the engine is ${now}, was none`).join('; ');
  expect(joinChanges(['a', 'b', 'c'].map(engine))).toBe(all);
  expect(joinChanges(['a', 'b', 'c', 'd'].map(engine))).toBe(`${all}; and 1 more change`);
  expect(joinChanges(['a', 'b', 'c', 'd', 'e'].map(engine))).toBe(`${all}; and 2 more changes`);
});

test('a long value is cut', () => {
  expect(describeValue('x'.repeat(100))).toHaveLength(60);
  expect(describeValue(['a', 1])).toBe('["a",1]');
});
