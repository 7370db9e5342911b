// Names that open something get a token type of their own: `x` of `x = …` that begins a statement, `k` of `k: …` that names an argument,
// a parameter or a field. The parser could tell them by the sign behind them; but recovery looks at one token at a time, and this way
// it finds the next statement or item instead of stopping at any name. In published numbers it is the name of an output that begins an item.
// So does the word `stage` where it begins a type, which is not the next definition.
import type { IToken, TokenType } from 'chevrotain';
import { lineEnds } from './line-ends.ts';
import {
  BindingName,
  Colon,
  Comma,
  Dot,
  Equals,
  Identifier,
  Import,
  Label,
  LeftBrace,
  LeftBracket,
  LeftParenthesis,
  Less,
  Output,
  Pipeline,
  Profile,
  Published,
  RightBrace,
  RightBracket,
  RightParenthesis,
  Stage,
  StageOf,
} from './tokens.ts';

const definitions: ReadonlySet<TokenType> = new Set([Import, Stage, Pipeline, Profile]);
const openers: ReadonlySet<TokenType> = new Set([LeftParenthesis, LeftBracket, LeftBrace]);
const closers: ReadonlyMap<TokenType, TokenType> = new Map([
  [RightParenthesis, LeftParenthesis],
  [RightBracket, LeftBracket],
  [RightBrace, LeftBrace],
]);

/** Changes the types of tokens in place: they are fresh from the lexer, and nobody else has seen them. */
export function markNames(text: string, tokens: readonly IToken[]): void {
  const open: TokenType[] = [];
  /** Behind `published`, up to the brace that closes its numbers. */
  let inPublished = false;
  const isFirst = (token: IToken, previous: IToken | undefined): boolean =>
    previous === undefined || lineEnds(text, previous.startOffset + previous.image.length, token.startOffset) > 0;
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index]!;
    const type = token.tokenType;
    if (type !== Identifier) {
      const opener = closers.get(type);
      if (openers.has(type)) open.push(type);
      else if (opener !== undefined && open.includes(opener)) open.length = open.lastIndexOf(opener);
      if (type === Stage && beginsType(tokens, index)) {
        retype(token, StageOf);
        continue;
      }
      if (type === Published) inPublished = true;
      else if (type === RightBrace || definitions.has(type)) inPublished = false;
      continue;
    }
    const next = tokens[index + 1]?.tokenType;
    const previous = tokens[index - 1];
    const before = previous?.tokenType;
    if (inPublished && open.at(-1) === LeftBrace) {
      if (before === LeftBrace || before === Comma || (before !== Dot && isFirst(token, previous)))
        retype(token, Label);
    } else if (next === Colon) retype(token, Label);
    else if (next === Equals && before !== Colon && before !== Output) {
      // Within parentheses an `=` stands behind a type or is a slip for `:`, but at the start of a line a parenthesis was not closed.
      if (open.length === 0 || open.at(-1) === LeftBrace || isFirst(token, previous)) retype(token, BindingName);
    }
  }
}

/** A definition has a name behind the word, a type has `(` or `<`; and a type stands behind `:` or `[`. */
function beginsType(tokens: readonly IToken[], index: number): boolean {
  const [before, next] = [tokens[index - 1]?.tokenType, tokens[index + 1]?.tokenType];
  return (before === Colon || before === LeftBracket) && (next === LeftParenthesis || next === Less);
}

function retype(token: IToken, type: TokenType): void {
  token.tokenType = type;
  token.tokenTypeIdx = type.tokenTypeIdx!;
}
