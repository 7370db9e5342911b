// The door of this folder: text in, concrete syntax tree, tokens, comments and problems out. Knows nothing of the AST or of diagnostics.
// Lexer and parser are made at the first use and kept: making them takes longer than parsing a pipeline.
import { EOF, Lexer, type CstNode as ChevrotainNode, type IRecognitionException, type IToken } from 'chevrotain';
import type { FileCstNode, LoneExpressionCstNode } from './cst-types.ts';
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

function parse<Tree>(text: string, rule: (parser: PipeParser) => unknown): Parsed<Tree> {
  lexer ??= new Lexer(tokens, { positionTracking: 'full', skipValidations: true });
  parser ??= new PipeParser({ validate: false });
  const lexed = lexer.tokenize(text);
  parser.input = lexed.tokens;
  const tree = rule(parser) as Tree;
  const characters = lexed.errors.map(
    ({ offset, length }): SyntaxProblem => ({ kind: 'characters', start: offset, end: offset + length, text: text.slice(offset, offset + length) }),
  );
  const problems = [...characters, ...parser.errors.map((error) => unexpected(error, text))];
  parser.input = [];
  return { tree, tokens: lexed.tokens, comments: lexed.groups['comments'] ?? [], problems };
}

/** The end of a token, exclusive. */
export function tokenEnd(token: Token): number {
  return token.startOffset + token.image.length;
}

function unexpected(error: IRecognitionException, text: string): SyntaxProblem {
  const { token, message } = error;
  const found = token.tokenType === EOF ? undefined : token;
  const before = (error as { previousToken?: Token }).previousToken;
  const previous = before === undefined || Number.isNaN(before.startOffset) ? undefined : before;
  const start = found?.startOffset ?? text.length;
  const end = found === undefined ? text.length : tokenEnd(found);
  return { kind: 'unexpected', start, end, expected: message, found, previous, rules: error.context.ruleStack };
}
