import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { generateCstTypes } from '../../grammar/generate-cst-types.ts';
import { parseExpression, parseFile, parseRight, tokenEnd, tokenize, type CstNode } from '../../grammar/parse.ts';
import { PipeParser } from '../../grammar/parser.ts';
import { tokens } from '../../grammar/tokens.ts';
import { units } from '../../src/syntax/units.ts';
import { Lexer } from 'chevrotain';
import * as prettier from 'prettier';

const images = (text: string): readonly string[] =>
  parseFile(text).tokens.map(({ image, tokenType }) => `${tokenType.name} ${image}`);

test('the grammar passes Chevrotain’s own validation: no ambiguity, no left recursion, no unreachable token', () => {
  expect(() => new PipeParser({ validate: true })).not.toThrow();
  expect(new Lexer(tokens, { positionTracking: 'full' }).lexerDefinitionErrors).toEqual([]);
});

test('the types of the tree are those of the grammar', async () => {
  const written = readFileSync(join(import.meta.dirname, '../../grammar/cst-types.ts'), 'utf8');
  const format = (text: string): Promise<string> =>
    prettier.format(text, { parser: 'typescript', printWidth: 120, singleQuote: true });
  expect(await format(generateCstTypes())).toBe(await format(written));
});

describe('tokens', () => {
  test('a range is not a decimal number', () => {
    expect(images('0..1')).toEqual(['Number 0', 'Range ..', 'Number 1']);
    expect(images('0.01..1.5e3')).toEqual(['Number 0.01', 'Range ..', 'Number 1.5e3']);
  });

  test('keywords are whole words', () => {
    expect(images('format in inside one of oneof')).toEqual([
      'Identifier format',
      'In in',
      'Identifier inside',
      'OneOf one of',
      'Identifier oneof',
    ]);
  });

  test('every unit is read with its number, and only on its line', () => {
    for (const unit of units.keys()) expect(images(`8 ${unit}`)).toEqual([`Quantity 8 ${unit}`]);
    expect(images('8\nh')).toEqual(['Number 8', 'Identifier h']);
    expect(images('8 hours')).toEqual(['Number 8', 'Identifier hours']);
  });

  test('names that open something are told from other names', () => {
    expect(images('x = f(k: y)')).toEqual([
      'BindingName x',
      'Equals =',
      'Identifier f',
      'LeftParenthesis (',
      'Label k',
      'Colon :',
      'Identifier y',
      'RightParenthesis )',
    ]);
    expect(images('(n: Int = 3')[3]).toBe('Identifier Int');
    expect(images('f(a = 3)')[2]).toBe('Identifier a');
    expect(images('f(a\nb = 3)')[3]).toBe('BindingName b');
  });
});

describe('recovery', () => {
  test('the statements around a broken one are in the tree', () => {
    const { tree, problems } = parseFile('pipeline p() { a = 1\n b = ) 2\n c = 3 }');
    const statements = tree.children.pipelineDefinition?.[0]?.children.block[0]?.children.statement ?? [];
    expect(problems.length).toBeGreaterThan(0);
    expect(statements.map((node) => node.children.binding?.[0]?.children.BindingName[0]?.image)).toEqual([
      'a',
      'b',
      'c',
    ]);
  });

  test('nothing is left over from one text to the next', () => {
    parseFile('pipeline p( { ] ) "');
    expect(parseFile('pipeline p() { }').problems).toEqual([]);
    expect(parseExpression('1 + 2').problems).toEqual([]);
    expect(parseExpression('').problems).toHaveLength(1);
  });
});

describe('reading while parsing', () => {
  const text = `import { f } from "m"
pipeline p() {
  each = for s in [0, 1] {
    x = f("{s} of {s}", a: s)
    yield x
  }
  output all = each
}
profile q for p { }`;

  /** The stretch of the text that a node stands for. */
  const shown = ({ location }: CstNode): string => text.slice(location!.startOffset, location!.endOffset! + 1);

  test('gives the tree that parsing the whole gives where nothing is taken from it', () => {
    expect(parseRight(tokenize(text), () => false)).toEqual(parseFile(text).tree);
  });

  test('gives each statement and definition, whole, those within others first; what is taken loses its children', () => {
    const taken: string[] = [];
    const tree = parseRight(tokenize(text), (node) => {
      const inner = Object.values(node.children).flat();
      expect(inner.length).toBeGreaterThan(0);
      taken.push(shown(node).split('\n')[0]!);
      return true;
    });
    expect(taken).toEqual([
      'import { f } from "m"',
      'x = f("{s} of {s}", a: s)',
      'yield x',
      'each = for s in [0, 1] {',
      'output all = each',
      'pipeline p() {',
      'profile q for p { }',
    ]);
    const [pipeline] = tree!.children.pipelineDefinition!;
    expect(pipeline!.children).toEqual({});
    expect(shown(pipeline!)).toMatch(/^pipeline p[^]*all = each\n\}$/);
  });

  test('another text can be parsed meanwhile', () => {
    const inner: unknown[] = [];
    const tree = parseRight(tokenize(text), () => inner.push(parseExpression('1 + 2').tree.children.expression) === 0);
    expect(tree).toEqual(parseFile(text).tree);
    expect(inner).toEqual(Array(7).fill(parseExpression('1 + 2').tree.children.expression));
  });

  test.each([
    ['a character without a meaning', text.replace('[0, 1]', '[0, 1;]')],
    ['a forgotten comma', text.replace('", a', '" a')],
    ['a forgotten comma within what was taken', text.replace('0, 1', '0 1')],
    ['a forgotten bracket', text.replace('1]', '1')],
    ['a text that ends too early', text.slice(0, -1)],
    ['too many brackets', text.replace('0', `${'['.repeat(101)}${']'.repeat(101)}`)],
  ])('is given up at %s', (_, wrong) => {
    expect(parseFile(wrong).problems.length).toBeGreaterThan(0);
    expect(parseRight(tokenize(wrong), () => true)).toBeUndefined();
  });

  test('the place of every node is that of its tokens', () => {
    const visit = (node: CstNode): readonly [number, number] => {
      const places = Object.values(node.children)
        .flat()
        .map((child): readonly [number, number] =>
          'children' in child ? visit(child) : [child.startOffset, tokenEnd(child)],
        );
      const whole = [Math.min(...places.map(([start]) => start)), Math.max(...places.map(([, end]) => end))] as const;
      // A block without statements has its braces, a `nameList` its names: no node of a right text is empty.
      expect([node.location?.startOffset, node.location!.endOffset! + 1]).toEqual(whole);
      return whole;
    };
    visit(parseFile(text).tree);
  });
});
