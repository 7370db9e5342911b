// The door of this folder: text in, concrete syntax tree, tokens, comments and problems out. Knows nothing of the AST or of diagnostics.
// Lexer and parser are made at the first use and kept: making them takes longer than parsing a pipeline.
import {
  EOF,
  Lexer,
  type CstNode as ChevrotainNode,
  type CstParser,
  type IRecognitionException,
  type IToken,
  type TokenType,
} from 'chevrotain';
import type { FileCstNode, LoneExpressionCstNode } from './cst-types.ts';
import { markNames } from './mark-names.ts';
import { orAnItem } from './messages.ts';
import { missingCommas } from './missing-commas.ts';
import { PipeParser } from './parser.ts';
import {
  BindingName,
  For,
  LeftBrace,
  LeftBracket,
  LeftParenthesis,
  RightBrace,
  RightBracket,
  RightParenthesis,
  tokens,
} from './tokens.ts';

export type Token = IToken;
export type CstNode = ChevrotainNode;
/** The rules of the grammar, each with a node of its own in the tree. */
export type RuleName = Exclude<keyof PipeParser, keyof CstParser | `can${string}` | 'whenWhole'>;

/** A place where the text is not of the language. Offsets are half-open, in UTF-16 units of the text parsed. */
export type SyntaxProblem =
  | { readonly kind: 'characters'; readonly start: number; readonly end: number; readonly text: string }
  /** More brackets within each other than `most`; nothing of the text was parsed. */
  | { readonly kind: 'depth'; readonly start: number; readonly end: number; readonly most: number }
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

/** A text in words and signs. */
export interface Lexed {
  readonly text: string;
  /** With offsets; who needs lines has `lineEnds` and the text. */
  readonly tokens: readonly Token[];
  /** `//` and `///` comments, in order. */
  readonly comments: readonly Token[];
  /** Characters that are of no word. */
  readonly problems: readonly SyntaxProblem[];
}

export interface Parsed<Tree> extends Lexed {
  /** Partial where there are problems: any child may be absent. */
  readonly tree: Tree;
}

let lexer: Lexer | undefined;
/** Undefined also while it is lent. */
let parser: PipeParser | undefined;

/** Parses a whole file. Never throws; a problem says where, and parsing goes on behind it. */
export function parseFile(text: string): Parsed<FileCstNode> {
  return parseLexed(tokenize(text));
}

/** {@link parseFile} of a text that is in tokens already. */
export function parseLexed(lexed: Lexed): Parsed<FileCstNode> {
  return parse(lexed, (made) => made.file());
}

/** Parses one expression that is the whole text. Never throws. */
export function parseExpression(text: string): Parsed<LoneExpressionCstNode> {
  return parse(tokenize(text), (made) => made.loneExpression());
}

/**
 * Parses a file that has no mistake; undefined where it has one. Each statement and each definition goes to `take` as soon as it is whole, those
 * within others first. Where `take` answers true, it has read the node, which then loses its children: so the tree of a long file never
 * stands as a whole, which costs more time than parsing does.
 */
export function parseRight(lexed: Lexed, take: (node: CstNode) => boolean): FileCstNode | undefined {
  if (lexed.problems.length > 0 || firstTooDeep(lexed.tokens) !== undefined) return undefined;
  let isRight = true;
  const tree = withParser(lexed.tokens, (made) => {
    const isStillRight = (node: CstNode): boolean =>
      (isRight &&= made.errors.length === 0 && missingCommas(node, []).length === 0);
    made.whenWhole = (node) => isStillRight(node) && take(node);
    const file = made.file() as FileCstNode;
    made.whenWhole = undefined;
    isStillRight(file);
    return file;
  });
  return isRight ? tree : undefined;
}

/** The words and signs of a text, and its comments, without a tree: a small part of the time that parsing takes. */
export function tokenize(text: string): Lexed {
  lexer ??= new Lexer(tokens, { positionTracking: 'onlyOffset', skipValidations: true });
  const { tokens: found, groups, errors } = lexer.tokenize(text);
  markNames(text, found);
  const problems = errors.map(({ offset, length }): SyntaxProblem => ({
    kind: 'characters',
    start: offset,
    end: offset + length,
    text: text.slice(offset, offset + length),
  }));
  return { text, tokens: found, comments: groups['comments'] ?? [], problems };
}

function parse<Tree extends ChevrotainNode>(lexed: Lexed, rule: (parser: PipeParser) => unknown): Parsed<Tree> {
  const { text, tokens } = lexed;
  const deep = firstTooDeep(tokens);
  if (deep !== undefined) return { text, tree: emptyTree as Tree, tokens, comments: [], problems: [tooDeep(deep)] };
  return withParser(tokens, (made) => {
    const tree = rule(made) as Tree;
    const errors = made.errors.map((error) => unexpected(error, text, tokens));
    const places = errors.map(({ start }) => start);
    const commas = missingCommas(tree, places).map((offset) => missingComma(offset, tokens));
    return { text, tree, tokens, comments: lexed.comments, problems: [...lexed.problems, ...errors, ...commas] };
  });
}

/** Lends the one parser; a second one is made for whoever parses while it is lent. */
function withParser<Result>(tokens: readonly Token[], use: (parser: PipeParser) => Result): Result {
  const made = parser ?? new PipeParser({ validate: false });
  parser = undefined;
  made.input = [...tokens];
  const result = use(made);
  made.input = [];
  parser = made;
  return result;
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
  const rules = error.context.ruleStack;
  return {
    kind: 'unexpected',
    start,
    end,
    expected: orAnItem(message, rules.at(-1), previous),
    found,
    previous,
    rules,
  };
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

/** Brackets and comprehensions within each other. More would exhaust the stack of one phase or another. */
const deepest = 100;

const emptyTree: ChevrotainNode = { name: 'empty', children: {} };

const openers: ReadonlySet<TokenType> = new Set([LeftParenthesis, LeftBracket, LeftBrace]);
const closers: ReadonlySet<TokenType> = new Set([RightParenthesis, RightBracket, RightBrace]);

/** The token with which a text gets too deep for the phases that recurse over it. A `for` counts until a brace or a statement ends it. */
function firstTooDeep(tokens: readonly Token[]): Token | undefined {
  const open: TokenType[] = [];
  return tokens.find(({ tokenType: type }) => {
    if (openers.has(type) || type === For) open.push(type);
    else if (closers.has(type)) {
      open.pop();
      if (type === RightBrace && open.at(-1) === For) open.pop();
    } else if (type === BindingName) while (open.at(-1) === For) open.pop();
    return open.length > deepest;
  });
}

function tooDeep(token: Token): SyntaxProblem {
  return { kind: 'depth', start: token.startOffset, end: tokenEnd(token), most: deepest };
}
