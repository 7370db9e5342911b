import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseFile } from '../../../grammar/parse.ts';
import { SourceFile } from '../../../src/source/source-file.ts';
import { formatSource } from '../../../src/syntax/format/format-source.ts';
import { lineWidth } from '../../../src/syntax/format/layouts.ts';
import { parseSource } from '../../../src/syntax/parse-source.ts';
import { randomProgram, randomWords } from './random-program.ts';

const root = join(import.meta.dirname, '../../..');

function format(text: string): string {
  const { text: formatted, diagnostics } = formatSource(new SourceFile('a.pipe', text));
  expect(diagnostics).toEqual([]);
  return formatted!;
}

/** The AST without places, and without the comments at nodes: those are compared as a row. */
function treeOf(text: string): unknown {
  const { file, diagnostics } = parseSource(new SourceFile('a.pipe', text));
  expect(diagnostics, text).toEqual([]);
  return JSON.parse(
    JSON.stringify(file, (key, value: unknown) =>
      key === 'span' || key === 'comments' || key === 'damaged' ? undefined : value,
    ),
  );
}

const commentsOf = (text: string): readonly string[] =>
  parseFile(text).comments.map(({ image }) => image.replace(/^(\/{2,3}) ?/, '$1 ').trimEnd());

/** Without the commas that a list may have or not. */
const tokensOf = (text: string): readonly string[] =>
  parseFile(text)
    .tokens.filter(({ image }, index, all) => image !== ',' || !/^[)\]}>]$/.test(all[index + 1]?.image ?? ''))
    .map(({ image }) =>
      image
        .replaceAll(/^([\d.]+)[ \t]*(?=[A-Z]|h|min)/g, '$1 ')
        .replace(/^(one|by|at) +(of|command|module|least)$/, '$1 $2'),
    );

describe('any program', () => {
  test('keeps its meaning, its words and its comments in their order, and is formatted once and for all', () => {
    fc.assert(
      fc.property(randomProgram, (text) => {
        const formatted = format(text);
        expect(treeOf(formatted)).toEqual(treeOf(text));
        expect(tokensOf(formatted)).toEqual(tokensOf(text));
        expect(commentsOf(formatted)).toEqual(commentsOf(text));
        expect(format(formatted)).toBe(formatted);
        expect(formatted).not.toMatch(/[ \t]\n|\n\n\n|^\n|\n\n$/);
      }),
      { numRuns: 400 },
    );
  });

  test('whose comment stands before a comma at the end of a full line, too', () => {
    // 100 columns with the comma, which goes before the comment: a column more, and the line breaks at once.
    for (const length of [77, 78, 79, 80]) {
      const text = `pipeline p(\n  x: one of "${'a'.repeat(length)}", "sgd" // c\n  , y: Int) {}\n`;
      expect(format(format(text)), String(length)).toBe(format(text));
    }
  });

  test('has one form, wherever its lines ended', () => {
    fc.assert(
      fc.property(randomWords, (words) => {
        const form = format(words.join(' '));
        expect(format(words.join('\n'))).toBe(form);
        expect(format(`\uFEFF${words.join('\t\r\n')}`.replaceAll('\r\n', '\n'))).toBe(form);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the form', () => {
  test('of everything', async () => {
    const text = readFileSync(join(import.meta.dirname, 'golden/untidy.pipe'), 'utf8');
    await expect(format(text)).toMatchFileSnapshot('golden/tidy.pipe');
  });

  test.each([
    ['a call that fits', 'x = f( a,b :1, )', 'x = f(a, b: 1)'],
    ['empty brackets', 'x = f( [ ], { } , g ( ) )', 'x = f([], {}, g())'],
    ['signs', 'x = -a*( b+1 )/c . d [ 0 ]', 'x = -a * (b + 1) / c.d[0]'],
    ['a stage with some of its arguments', 'x = a with{k:1}( b ).c', 'x = a with { k: 1 }(b).c'],
    ['a quantity', '@timeout( 2h ) x = 8GiB', '@timeout(2 h)\n  x = 8 GiB'],
    ['numbers and strings as written', 'x = [1e-3, 0.50, "\\{ {a+b}"]', 'x = [1e-3, 0.50, "\\{ {a+b}"]'],
  ])('of %s', (_, statement, expected) => {
    expect(format(`pipeline p() { ${statement} }`)).toBe(`pipeline p() {\n  ${expected}\n}\n`);
  });

  test.each([
    [
      'computed dimensions',
      'stage s<N+,H>(a:[Images<N,H*2,( H-1 )/2,1>])->{b:Labels<N+H>}',
      'stage s<N+, H>(a: [Images<N, H * 2, (H - 1) / 2, 1>]) -> { b: Labels<N + H> }',
    ],
    [
      'a command',
      'stage s()->{b:Scores} by   command "run {b}"reads"run","data"',
      'stage s() -> { b: Scores }\nby command "run {b}" reads "run", "data"',
    ],
    [
      'a module',
      'stage s()->{b:Scores} by   module "./s.ts"reads"data"',
      'stage s() -> { b: Scores }\nby module "./s.ts" reads "data"',
    ],
    [
      'a long command',
      `stage s()->{b:Scores} by command "${'run '.repeat(20)}{b}" reads "run", "data"`,
      `stage s() -> { b: Scores }\nby command "${'run '.repeat(20)}{b}"\n  reads "run", "data"`,
    ],
  ])('of %s', (_, text, expected) => expect(format(text)).toBe(`${expected}\n`));

  test('does not depend on the length of a name beside it', () => {
    const form = format('pipeline p() { a = 1 b = 2 }');
    expect(format('pipeline p() { a_longer_name = 1 b = 2 }')).toBe(form.replace('a =', 'a_longer_name ='));
  });

  test('breaks at the width and not before', () => {
    const call = (length: number): string => format(`pipeline p() { x = f("${'y'.repeat(length)}", 1) }`);
    const room = lineWidth - '  x = f("", 1)'.length;
    expect(call(room).split('\n')[1]).toHaveLength(lineWidth);
    expect(call(room + 1).split('\n')).toEqual([
      'pipeline p() {',
      '  x = f(',
      `    "${'y'.repeat(room + 1)}",`,
      '    1,',
      '  )',
      '}',
      '',
    ]);
  });

  test('of a program on Windows keeps its line ends; a byte order mark goes', () => {
    expect(format('\uFEFFpipeline p() {\r\n x=1\r\n}')).toBe('pipeline p() {\r\n  x = 1\r\n}\r\n');
  });

  test.each(['', ' \n\n', '\uFEFF'])('of nothing is nothing', (text) => expect(format(text)).toBe(''));

  test('of comments alone is those', () => expect(format('\n\n//a\n\n\n// b')).toBe('// a\n\n// b\n'));
});

test('what is not understood is left alone, with what is wrong', () => {
  const { text, diagnostics } = formatSource(new SourceFile('a.pipe', 'pipeline p( { x = 1 }'));
  expect(text).toBeUndefined();
  expect(diagnostics.length).toBeGreaterThan(0);
  const inString = formatSource(new SourceFile('a.pipe', 'pipeline p() { x = "{1 +}" }'));
  expect(inString.text).toBeUndefined();
});

describe('the programs of the project', () => {
  const files = ['pipelines', 'stdlib']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
    )
    .filter((name) => name.endsWith('.pipe'));
  test.each(files)('%s is formatted', (file) => {
    const text = readFileSync(join(root, file), 'utf8');
    expect(format(text)).toBe(text);
  });
});
