// The TextMate grammar, made from the token vocabulary: every word and sign of the lexer has a scope here, or making it fails. In: the tokens; out: a
// grammar as plain data, which test/grammar/textmate.test.ts writes to syntaxes/pipe.tmLanguage.json.
// It colours words by themselves; what a name stands for is told by the language server's semantic tokens.
import { Identifier, Number as NumberToken, Quantity, tokens } from '../tokens.ts';

interface Rule {
  readonly name?: string;
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly captures?: Readonly<Record<string, { readonly name: string }>>;
  readonly beginCaptures?: Readonly<Record<string, { readonly name: string }>>;
  readonly endCaptures?: Readonly<Record<string, { readonly name: string }>>;
  readonly patterns?: readonly (Rule | { readonly include: string })[];
}

export interface TextmateGrammar {
  readonly name: string;
  readonly scopeName: string;
  readonly fileTypes: readonly string[];
  readonly patterns: readonly { readonly include: string }[];
  readonly repository: Readonly<
    Record<string, { readonly patterns: readonly (Rule | { readonly include: string })[] }>
  >;
}

/** The scope of each word and sign, by the name of its token. */
const scopes: Readonly<Record<string, string>> = {
  Import: 'keyword.control.import',
  From: 'keyword.control.from',
  Stage: 'storage.type.stage',
  Pipeline: 'storage.type.pipeline',
  Profile: 'storage.type.profile',
  For: 'keyword.control.for',
  In: 'keyword.control.in',
  Yield: 'keyword.control.yield',
  With: 'keyword.control.with',
  Output: 'keyword.control.output',
  True: 'constant.language.true',
  False: 'constant.language.false',
  None: 'constant.language.none',
  OneOf: 'storage.modifier.one-of',
  ByCommand: 'storage.modifier.by-command',
  ByModule: 'storage.modifier.by-module',
  Reads: 'storage.modifier.reads',
  Published: 'storage.type.published',
  Under: 'keyword.control.under',
  Within: 'keyword.control.within',
  NotBelow: 'keyword.control.at-least',
  NotAbove: 'keyword.control.at-most',
  Arrow: 'keyword.operator.arrow',
  Range: 'keyword.operator.range',
  AtLeast: 'keyword.operator.comparison',
  AtMost: 'keyword.operator.comparison',
  Less: 'keyword.operator.comparison',
  Greater: 'keyword.operator.comparison',
  Equals: 'keyword.operator.assignment',
  Fallback: 'keyword.operator.fallback',
  Question: 'keyword.operator.optional',
  Comma: 'punctuation.separator.comma',
  Colon: 'punctuation.separator.colon',
  Dot: 'punctuation.accessor',
  At: 'punctuation.definition.annotation',
  Plus: 'keyword.operator.arithmetic',
  Minus: 'keyword.operator.arithmetic',
  Times: 'keyword.operator.arithmetic',
  Divide: 'keyword.operator.arithmetic',
  Remainder: 'keyword.operator.arithmetic',
  LeftParenthesis: 'punctuation.parenthesis.begin',
  RightParenthesis: 'punctuation.parenthesis.end',
  LeftBracket: 'punctuation.bracket.begin',
  RightBracket: 'punctuation.bracket.end',
  LeftBrace: 'punctuation.brace.begin',
  RightBrace: 'punctuation.brace.end',
};

/** Kinds of token that the rules below have patterns of their own for, and `StageOf`, which is the word of `Stage`. */
const special = /^(Whitespace|DocComment|Comment|Identifier|BindingName|Label|StageOf|Quantity|Number|\w*Text)$/;

/** Patterns that look further than a line, which is all that an editor sees at once. */
const inALine: Readonly<Record<string, string>> = {
  Reads: 'reads(?=[ \\t]*(?:"|//|$))',
  Published: 'published(?=[ \\t]*(?:"|//|$))',
  Under: 'under(?=[ \\t]+[A-Za-z_][A-Za-z0-9_]*[ \\t]*(?:\\{|//|$))',
  Within: 'within(?=[ \\t]*(?:\\d|//|$))',
  NotBelow: 'at[ \\t]+least(?=[ \\t]*(?:-?\\d|//|$))',
  NotAbove: 'at[ \\t]+most(?=[ \\t]*(?:-?\\d|//|$))',
};

const scoped = (scope: string): string => `${scope}.pipe`;
const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** Throws for a token that has no scope. */
export function textmateGrammar(): TextmateGrammar {
  const words: Rule[] = [];
  const signs: Rule[] = [];
  for (const { name, PATTERN: pattern } of tokens) {
    if (special.test(name)) continue;
    const scope = scopes[name];
    if (scope === undefined) throw new Error(`the token ${name} has no scope in the TextMate grammar`);
    if (typeof pattern === 'string' && /^\w/.test(pattern))
      words.push({ name: scoped(scope), match: `\\b${pattern}\\b` });
    else if (typeof pattern === 'string') signs.push({ name: scoped(scope), match: escaped(pattern) });
    else words.push({ name: scoped(scope), match: `\\b${inALine[name] ?? sourceOf(pattern)}` });
  }
  const identifier = sourceOf(Identifier.PATTERN);
  const head = (word: string, scope: string): Rule => ({
    match: `\\b(${word})\\s+(${identifier})`,
    captures: {
      1: { name: scoped(scope) },
      2: { name: scoped(`entity.name.${word === 'stage' ? 'function' : 'class'}.${word}`) },
    },
  });
  const include = (name: string): { readonly include: string } => ({ include: `#${name}` });
  return {
    name: 'pipe',
    scopeName: 'source.pipe',
    fileTypes: ['pipe'],
    patterns: ['comments', 'strings', 'heads', 'annotations', 'words', 'numbers', 'names', 'signs'].map(include),
    repository: {
      comments: {
        patterns: [
          { name: scoped('comment.line.documentation'), match: '///.*$' },
          { name: scoped('comment.line.double-slash'), match: '//.*$' },
        ],
      },
      strings: {
        patterns: [
          {
            name: scoped('string.quoted.double'),
            begin: '"',
            // A string ends with its line, closed or not.
            end: '"|$',
            patterns: [
              { name: scoped('constant.character.escape'), match: '\\\\.' },
              {
                name: scoped('meta.interpolation'),
                begin: '\\{',
                end: '\\}|(?=["\\r\\n])|$',
                beginCaptures: { 0: { name: scoped('punctuation.section.embedded.begin') } },
                endCaptures: { 0: { name: scoped('punctuation.section.embedded.end') } },
                patterns: [include('words'), include('numbers'), include('names'), include('signs')],
              },
            ],
          },
        ],
      },
      heads: {
        patterns: [
          head('stage', scopes['Stage']!),
          head('pipeline', scopes['Pipeline']!),
          head('profile', scopes['Profile']!),
        ],
      },
      annotations: {
        patterns: [
          {
            match: `(@)(${identifier})`,
            captures: {
              1: { name: scoped(scopes['At']!) },
              2: { name: scoped('entity.name.function.decorator') },
            },
          },
        ],
      },
      words: { patterns: words },
      numbers: {
        patterns: [
          { name: scoped('constant.numeric.quantity'), match: sourceOf(Quantity.PATTERN) },
          { name: scoped('constant.numeric'), match: sourceOf(NumberToken.PATTERN) },
        ],
      },
      names: {
        patterns: [
          { name: scoped('variable.parameter'), match: `\\b${identifier}(?=\\s*:)` },
          { name: scoped('entity.name.function.call'), match: `\\b${identifier}(?=\\s*\\()` },
          // By custom types begin with a capital, and dimensions are one.
          { name: scoped('entity.name.type'), match: '\\b[A-Z][A-Za-z0-9_]+\\b' },
          { name: scoped('variable.other.constant.dimension'), match: '\\b[A-Z]\\b' },
          { name: scoped('variable.other.member'), match: `(?<=\\.)${identifier}` },
          { name: scoped('variable.other'), match: `\\b${identifier}` },
        ],
      },
      signs: { patterns: signs },
    },
  };
}

function sourceOf(pattern: unknown): string {
  if (!(pattern instanceof RegExp)) throw new Error('a token of another kind than expected');
  return pattern.source;
}
