import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { generateCstTypes } from '../../grammar/generate-cst-types.ts';
import { parseExpression, parseFile } from '../../grammar/parse.ts';
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
