// What the parser had hoped for, as a phrase that completes "expected …". One phrase an error: the reader needs the likeliest, not all.
// Passed to Chevrotain as its message provider, so an exception's message is that phrase and nothing else.
import type { IParserErrorMessageProvider, IToken, TokenType } from 'chevrotain';
import * as t from './tokens.ts';

/** Rules whose closing bracket could as well have been an item, in the user's words. */
const items: Readonly<Record<string, string>> = {
  parameters: 'a parameter such as `x: Int`',
  results: 'an output such as `x: Scores`',
  takes: 'a parameter such as `x: Int`',
  callArguments: 'an argument',
  list: 'an item',
  record: 'a field such as `x: 1`',
  targets: 'a target such as `scores.acc: 0.83 within 0.05`',
  importDefinition: 'a name',
};

/** What each rule is a form of, in the user's words. */
const phrases: Readonly<Record<string, string>> = {
  file: '`import`, `stage`, `pipeline`, `profile` or `published`',
  statement: 'a binding such as `x = …`, `output`, `yield` or `}`',
  type: 'a type',
  dimension: 'a dimension: a number or a name',
  dimensionAtom: 'a dimension: a number or a name',
  bound: 'a number',
  refinement: 'a range such as `in 0..1` or `> 0`',
  target: '`within`, `at least` or `at most`, and a number',
  targetPart: '`.` or `[`',
  suffix: '`.`, `(`, `[` or `with`',
};

function closing(expected: TokenType, rule: string): string {
  const label = expected.LABEL ?? expected.name;
  const isBracket = expected === t.RightParenthesis || expected === t.RightBracket || expected === t.RightBrace;
  if (rule === 'file') return phrases['file']!;
  if (rule === 'block' && isBracket) return phrases['statement']!;
  return isBracket && items[rule] !== undefined ? `${comma} or ${label}` : label;
}

const comma = '`,`';

/**
 * In a list, what comes behind a comma or the opening bracket is no comma but an item. `previous` is the token before the one found:
 * Chevrotain's own is the one behind what recovery skipped, so the phrase is made whole only here.
 */
export function orAnItem(expected: string, rule: string | undefined, previous: IToken | undefined): string {
  const item = items[rule ?? ''];
  const isAtItem = /^[,([{]$/.test(previous?.image ?? '');
  return item !== undefined && isAtItem && expected.startsWith(comma) ? item + expected.slice(comma.length) : expected;
}

/** Message provider of the parser. */
export const messages: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, ruleName }) => closing(expected, ruleName),
  buildNotAllInputParsedMessage: ({ ruleName }) => (ruleName === 'file' ? phrases['file']! : 'the end'),
  buildNoViableAltMessage: ({ ruleName }) => phrases[ruleName] ?? 'a value',
  buildEarlyExitMessage: ({ ruleName }) => phrases[ruleName] ?? 'a value',
};
