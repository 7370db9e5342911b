// Names that open something get a token type of their own: `x` of `x = …` that begins a statement, `k` of `k: …` that names an argument,
// a parameter or a field. The parser could tell them by the sign behind them; but recovery looks at one token at a time, and this way
// it finds the next statement or item instead of stopping at any name. In published numbers it is the name of an output that begins an item.
import type { IToken, TokenType } from 'chevrotain';
import { BindingName, Identifier, Import, Label, Pipeline, Profile, Published, Stage } from './tokens.ts';

const definitions: readonly TokenType[] = [Import, Stage, Pipeline, Profile];
const closers: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** Changes the types of tokens in place: they are fresh from the lexer, and nobody else has seen them. */
export function markNames(tokens: readonly IToken[]): void {
  const open: string[] = [];
  /** Behind `published`, up to the brace that closes its numbers. */
  let inPublished = false;
  for (const [index, token] of tokens.entries()) {
    const opener = closers[token.image];
    if (token.image === '(' || token.image === '[' || token.image === '{') open.push(token.image);
    else if (opener !== undefined && open.includes(opener)) open.length = open.lastIndexOf(opener);
    if (token.tokenType === Published) inPublished = true;
    else if (token.image === '}' || definitions.includes(token.tokenType)) inPublished = false;
    if (token.tokenType !== Identifier) continue;
    const next = tokens[index + 1]?.image;
    const previous = tokens[index - 1];
    const isFirst = previous === undefined || token.startLine !== previous.endLine;
    if (inPublished && open.at(-1) === '{') {
      if (/^[{,]$/.test(previous?.image ?? '') || (isFirst && previous?.image !== '.')) retype(token, Label);
    } else if (next === ':') retype(token, Label);
    else if (next === '=' && previous?.image !== ':' && previous?.image !== 'output') {
      // Within parentheses an `=` stands behind a type or is a slip for `:`, but at the start of a line a parenthesis was not closed.
      if (isFirst || open.length === 0 || open.at(-1) === '{') retype(token, BindingName);
    }
  }
}

function retype(token: IToken, type: TokenType): void {
  token.tokenType = type;
  token.tokenTypeIdx = type.tokenTypeIdx!;
}
