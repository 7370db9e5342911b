import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SourceFile } from '../../src/source/source-file.ts';

test('lines end with LF, CRLF or CR', () => {
  const source = new SourceFile('a', 'one\ntwo\r\nthree\rfour');
  expect([0, 1, 2, 3, 4].map((line) => source.line(line))).toEqual(['one', 'two', 'three', 'four', '']);
  expect(source.position(4)).toEqual({ line: 2, column: 1 });
  expect(source.position(19)).toEqual({ line: 4, column: 5 });
  expect(new SourceFile('b', '').position(0)).toEqual({ line: 1, column: 1 });
});

test('positions lead back to offsets', () => {
  const text = fc.array(fc.constantFrom('a', '\n', '\r\n', 'é', '😀')).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, fc.nat(), (whole, at) => {
      const source = new SourceFile('a', whole);
      const offset = at % (whole.length + 1);
      const { line, column } = source.position(offset);
      expect(source.lineStarts[line - 1]! + column - 1).toBe(offset);
    }),
  );
});
