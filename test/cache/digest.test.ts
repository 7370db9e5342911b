// Canonical text and digests.
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asDigest, canonicalJson, digestOf, isDigest, type Json } from '../../src/cache/digest.ts';

const json = fc.jsonValue() as fc.Arbitrary<Json>;

function shuffled(value: Json): Json {
  if (Array.isArray(value)) return value.map(shuffled);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value as Record<string, Json>)
      .reverse()
      .map(([name, member]) => [name, shuffled(member)]),
  );
}

test('the canonical text is JSON for the same value, whatever the order of members', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(
        JSON.parse(JSON.stringify(value).replaceAll(/(?<=[[:,]|^)-0(?=[\],}]|$)/g, '0')),
      );
      expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value));
    }),
  );
});

test('different values have different texts', () => {
  fc.assert(
    fc.property(json, json, (a, b) => {
      const plain = (value: Json): unknown => JSON.parse(JSON.stringify(shuffled(value)));
      let equal = true;
      try {
        expect(plain(a)).toEqual(plain(b));
      } catch {
        equal = false;
      }
      expect(canonicalJson(a) === canonicalJson(b)).toBe(equal);
    }),
  );
});

test('members that are undefined are left out, and order is by code unit', () => {
  expect(canonicalJson({ b: 1, a: undefined, B: [true, null, 'x'] })).toBe('{"B":[true,null,"x"],"b":1}');
  expect(canonicalJson(-0)).toBe('0');
});

test.each([NaN, Infinity, -Infinity])('%d has no canonical text', (value) => {
  expect(() => canonicalJson({ x: value })).toThrow(RangeError);
});

test('a digest is SHA-256 as other tools compute it', () => {
  const expected = execFileSync('sha256sum', { input: 'pipe' }).toString().slice(0, 64);
  expect(digestOf('pipe')).toBe(expected);
  expect(digestOf(['p', '', 'ipe'].map((part) => new TextEncoder().encode(part)))).toBe(expected);
  expect(isDigest(expected)).toBe(true);
  expect(() => asDigest('123')).toThrow('"123" is no SHA-256 digest');
});
