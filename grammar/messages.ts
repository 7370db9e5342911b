// What the parser had hoped for, as a phrase that completes "expected …". One phrase an error: the reader needs the likeliest, not all.
// Passed to Chevrotain as its message provider, so an exception's message is that phrase and nothing else.
import type { IParserErrorMessageProvider, IToken, TokenType } from 'chevrotain';
import * as t from './tokens.ts';

/** Rules whose closing bracket could as well have been a comma and another item. */
const listRules = new Set(['parameters', 'results', 'callArguments', 'list', 'record', 'importDefinition']);

/** What each rule is a form of, in the user's words. */
const phrases: Readonly<Record<string, string>> = {
  file: '`import`, `stage`, `pipeline` or `profile`',
  statement: 'a binding such as `x = …`, `output`, `yield` or `}`',
  type: 'a type',
  dimension: 'a dimension: a number or a name',
  bound: 'a number',
  refinement: 'a range such as `in 0..1` or `> 0`',
  suffix: '`.`, `(` or `[`',
};

function closing(expected: TokenType, previous: IToken, rule: string): string {
  const label = expected.LABEL ?? expected.name;
  const isBracket = expected === t.RightParenthesis || expected === t.RightBracket || expected === t.RightBrace;
  if (rule === 'file') return phrases['file']!;
  if (rule === 'block') return phrases['statement']!;
  if (!isBracket || !listRules.has(rule)) return label;
  return previous.tokenType === t.Comma ? `another item or ${label}` : `\`,\` or ${label}`;
}

/** Message provider of the parser. */
export const messages: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, previous, ruleName }) => closing(expected, previous, ruleName),
  buildNotAllInputParsedMessage: ({ ruleName }) => (ruleName === 'file' ? phrases['file']! : 'the end'),
  buildNoViableAltMessage: ({ ruleName }) => phrases[ruleName] ?? 'a value',
  buildEarlyExitMessage: ({ ruleName }) => phrases[ruleName] ?? 'a value',
};
