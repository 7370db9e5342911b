import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineEnds } from '../../grammar/line-ends.ts';

test('CRLF ends one line, a lone CR and an LF one each', () => {
  expect(lineEnds('a\r\nb\rc\nd', 0, 8)).toBe(3);
  expect(lineEnds('a\nb', 0, 1)).toBe(0);
  expect(lineEnds('a\nb', 1, 2)).toBe(1);
});

test('over a whole text it counts what splitting into lines counts', () => {
  const texts = fc.string({ unit: fc.constantFrom('a', ' ', '\r', '\n') });
  fc.assert(
    fc.property(texts, (text) => {
      expect(lineEnds(text, 0, text.length)).toBe(text.split(/\r\n|\r|\n/).length - 1);
    }),
  );
});
