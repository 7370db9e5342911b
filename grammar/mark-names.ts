// Names that open something get a token type of their own: `x` of `x = …` that begins a statement, `k` of `k: …` that names an argument,
// a parameter or a field. The parser could tell them by the sign behind them; but recovery looks at one token at a time, and this way
// it finds the next statement or item instead of stopping at any name.
import type { IToken, TokenType } from 'chevrotain';
import { BindingName, Identifier, Label } from './tokens.ts';

const closers: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** Changes the types of tokens in place: they are fresh from the lexer, and nobody else has seen them. */
export function markNames(tokens: readonly IToken[]): void {
  const open: string[] = [];
  for (const [index, token] of tokens.entries()) {
    const opener = closers[token.image];
    if (token.image === '(' || token.image === '[' || token.image === '{') open.push(token.image);
    else if (opener !== undefined && open.includes(opener)) open.length = open.lastIndexOf(opener);
    if (token.tokenType !== Identifier) continue;
    const next = tokens[index + 1]?.image;
    const previous = tokens[index - 1];
    if (next === ':') retype(token, Label);
    else if (next === '=' && previous?.image !== ':' && previous?.image !== 'output') {
      // Within parentheses an `=` stands behind a type or is a slip for `:`, but at the start of a line a parenthesis was not closed.
      const isFirst = previous === undefined || token.startLine !== previous.endLine;
      if (isFirst || open.length === 0 || open.at(-1) === '{') retype(token, BindingName);
    }
  }
}

function retype(token: IToken, type: TokenType): void {
  token.tokenType = type;
  token.tokenTypeIdx = type.tokenTypeIdx!;
}
