// Slips of the pen in the form of a program: one message each, about the slip itself.
import { expect, test } from 'vitest';
import { SourceFile } from '../../src/source/source-file.ts';
import { parseSource } from '../../src/syntax/parse-source.ts';

const right = `import { kmeans } from "std/clustering"
pipeline p(
  count: Int in 1..9 = 3,
  seed: Int = 0,
) {
  each = for s in [1, 2] {
    x = f(count: s, seed: seed)
    yield { x: x, y: 2 }
  }
  output result = each
}
profile smoke for p { count: 1 }
`;

test('the program that the slips are made in is right', () => {
  expect(parseSource(new SourceFile('a.pipe', right)).diagnostics).toEqual([]);
});

test.each([
  ['a misspelt `in` of a range', 'Int in 1', 'Int inn 1', 'expected `,` or `)`, but found `inn`', 'inn', 'in'],
  ['a misspelt `in` of a comprehension', 's in [', 's im [', 'expected `in`, but found `im`', 'im', 'in'],
  [
    'a misspelt `output`',
    'output',
    'outptu',
    'expected a binding such as `x = …`, `output`, `yield` or `}`, but found `outptu`',
    'outptu',
    'output',
  ],
  [
    'a misspelt `yield`',
    'yield',
    'yeild',
    'expected a binding such as `x = …`, `output`, `yield` or `}`, but found `yeild`',
    'yeild',
    'yield',
  ],
  [
    'a misspelt `profile`',
    'profile',
    'profil',
    'expected `import`, `stage`, `pipeline`, `profile` or `published`, but found `profil`',
    'profil',
    'profile',
  ],
  ['a misspelt `from`', 'from', 'form', 'expected `from`, but found `form`', 'form', 'from'],
  [
    'a parameter without its colon',
    'count: Int',
    'count Int',
    'expected a parameter such as `x: Int` or `)`, but found `count`',
    'count',
    undefined,
  ],
  ['a range in brackets', 'in 1..9', 'in [1..9]', 'expected a number, but found `[`', '[', undefined],
  ['a body without its brace', ') {\n', ')\n', 'expected `{`, but found `each`', '', undefined],
  [
    'a word of another language before a binding',
    'x = f',
    'let x = f',
    'expected a binding such as `x = …`, `output`, `yield` or `}`, but found `let`',
    'let',
    undefined,
  ],
  ['a character within a name', 'x = f', 'x\0y = f', 'the character `\0` has no meaning here', '\0', undefined],
])('%s', (_, before, after, title, at, suggestion) => {
  const text = right.replace(before, after);
  expect(text).not.toBe(right);
  const { diagnostics } = parseSource(new SourceFile('a.pipe', text));
  expect(diagnostics.map((problem) => problem.title)).toEqual([title]);
  const { span } = diagnostics[0]!.primary;
  expect(text.slice(span.start, span.end)).toBe(at);
  expect(diagnostics[0]!.suggestion).toBe(suggestion);
});

test.each([
  ['a comment of another language', '  each', '  /* all */ each', 'A comment starts with `//` and ends with its line.'],
  ['a misspelt `for`', 'for s', 'fro s', 'A list is made with `for x in xs { … }`.'],
])('%s is explained', (_, before, after, note) => {
  const { diagnostics } = parseSource(new SourceFile('a.pipe', right.replace(before, after)));
  expect(diagnostics.map(({ notes }) => notes)).toEqual([[note]]);
});
