// Holds the tour to the grammar: every rule, and every word, sign and rule within it, stands in some example of docs/language.md.
// That tells each alternative and each part that may be left out; it does not tell how often a repeated part comes.
import { expect, test } from 'vitest';
import { parseFile, type CstNode } from '../../grammar/parse.ts';
import { PipeParser } from '../../grammar/parser.ts';
import { projectText } from './compile-text.ts';

interface Production {
  readonly type: string;
  readonly name?: string;
  readonly definition?: readonly Production[];
}

const namesIn = ({ type, name, definition = [] }: Production): readonly string[] =>
  type === 'Terminal' || type === 'NonTerminal' ? [name!] : definition.flatMap(namesIn);

const rules = new PipeParser({ validate: false }).getSerializedGastProductions() as readonly Production[];

/** `operand: Minus`, for each rule and each part of it. */
function partsIn(node: CstNode): readonly string[] {
  return Object.entries(node.children).flatMap(([part, children]) => [
    `${node.name}: ${part}`,
    ...children.flatMap((child) => ('children' in child ? partsIn(child) : [])),
  ]);
}

test('every part of the grammar stands in an example of the tour', () => {
  const examples = [...projectText('docs/language.md').matchAll(/```pipe\n([\s\S]*?)```/g)].map((match) => match[1]!);
  const shown = new Set(examples.flatMap((text) => partsIn(parseFile(text).tree)));
  // Behind `--set` and in the braces of strings, not in a file.
  const wanted = rules
    .filter(({ name }) => name !== 'loneExpression')
    .flatMap((rule) => [...new Set(rule.definition!.flatMap(namesIn))].map((part) => `${rule.name}: ${part}`));
  expect(wanted.filter((part) => !shown.has(part))).toEqual([]);
});

test('of a text that has little, most is missed', () => {
  const shown = partsIn(parseFile('pipeline p() { output x = 1 }').tree);
  expect(shown).toContain('operand: Number');
  expect(shown).not.toContain('operand: Quantity');
});
