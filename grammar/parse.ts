// The door of this folder: text in, concrete syntax tree, tokens, comments and problems out. Knows nothing of the AST or of diagnostics.
// Lexer and parser are made at the first use and kept: making them takes longer than parsing a pipeline.
import { EOF, Lexer, type CstNode as ChevrotainNode, type IRecognitionException, type IToken } from 'chevrotain';
import type { FileCstNode, LoneExpressionCstNode } from './cst-types.ts';
import { markNames } from './mark-names.ts';
import { missingCommas } from './missing-commas.ts';
import { PipeParser } from './parser.ts';
import { tokens } from './tokens.ts';

export type Token = IToken;
export type CstNode = ChevrotainNode;

/** A place where the text is not of the language. Offsets are half-open, in UTF-16 units of the text parsed. */
export type SyntaxProblem =
  | { readonly kind: 'characters'; readonly start: number; readonly end: number; readonly text: string }
  | {
      readonly kind: 'unexpected';
      readonly start: number;
      readonly end: number;
      /** Completes "expected …". */
      readonly expected: string;
      /** The token found, undefined at the end of the text. */
      readonly found: Token | undefined;
      /** The token before it, undefined at the start. */
      readonly previous: Token | undefined;
      /** Rules entered, outermost first. */
      readonly rules: readonly string[];
    };

export interface Parsed<Tree> {
  /** Partial where there are problems: any child may be absent. */
  readonly tree: Tree;
  readonly tokens: readonly Token[];
  /** `//` and `///` comments, in order. */
  readonly comments: readonly Token[];
  readonly problems: readonly SyntaxProblem[];
}

let lexer: Lexer | undefined;
let parser: PipeParser | undefined;

/** Parses a whole file. Never throws; a problem says where, and parsing goes on behind it. */
export function parseFile(text: string): Parsed<FileCstNode> {
  return parse(text, (made) => made.file());
}

/** Parses one expression that is the whole text. Never throws. */
export function parseExpression(text: string): Parsed<LoneExpressionCstNode> {
  return parse(text, (made) => made.loneExpression());
}

function parse<Tree extends ChevrotainNode>(text: string, rule: (parser: PipeParser) => unknown): Parsed<Tree> {
  lexer ??= new Lexer(tokens, { positionTracking: 'full', skipValidations: true });
  parser ??= new PipeParser({ validate: false });
  const lexed = lexer.tokenize(text);
  markNames(lexed.tokens);
  parser.input = lexed.tokens;
  const tree = rule(parser) as Tree;
  const characters = lexed.errors.map(({ offset, length }): SyntaxProblem => ({
    kind: 'characters',
    start: offset,
    end: offset + length,
    text: text.slice(offset, offset + length),
  }));
  const errors = parser.errors.map((error) => unexpected(error, text, lexed.tokens));
  const commas = missingCommas(tree).map((offset) => missingComma(offset, lexed.tokens));
  const problems = [...characters, ...errors, ...commas];
  parser.input = [];
  return { tree, tokens: lexed.tokens, comments: lexed.groups['comments'] ?? [], problems };
}

/** The end of a token, exclusive. */
export function tokenEnd(token: Token): number {
  return token.startOffset + token.image.length;
}

function unexpected(error: IRecognitionException, text: string, tokens: readonly Token[]): SyntaxProblem {
  const { token, message } = error;
  const found = token.tokenType === EOF ? undefined : token;
  const start = found?.startOffset ?? text.length;
  const end = found === undefined ? text.length : tokenEnd(found);
  // Chevrotain's own `previousToken` is the one behind what recovery skipped.
  const previous = tokens.findLast((candidate) => candidate.startOffset < start);
  return { kind: 'unexpected', start, end, expected: message, found, previous, rules: error.context.ruleStack };
}

function missingComma(offset: number, tokens: readonly Token[]): SyntaxProblem {
  const index = tokens.findIndex((token) => token.startOffset === offset);
  const found = tokens[index]!;
  return {
    kind: 'unexpected',
    start: offset,
    end: tokenEnd(found),
    expected: '`,`',
    found,
    previous: tokens[index - 1],
    rules: [],
  };
}
