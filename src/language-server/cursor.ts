// What a cursor stands in, told from the tokens before it: the brackets around it, the word being typed, the string or comment. While someone
// types, the tree around the cursor is the part that is missing; the tokens are there.
import { tokenEnd, type Token } from '../../grammar/parse.ts';

export type BracketKind =
  | 'call'
  | 'annotation'
  | 'parameters'
  | 'results'
  | 'imports'
  | 'dimensions'
  | 'with'
  | 'profile'
  | 'published'
  | 'record'
  | 'block'
  | 'list'
  | 'group';

export interface Bracket {
  readonly kind: BracketKind;
  /** Index in the file's tokens. */
  readonly index: number;
}

export interface Cursor {
  readonly offset: number;
  readonly tokens: readonly Token[];
  /** How many tokens end before the cursor, without the word being typed. */
  readonly count: number;
  /** The word that the cursor stands in or right behind. */
  readonly word: Token | undefined;
  /** The string that the cursor stands in. */
  readonly text: Token | undefined;
  readonly inComment: boolean;
  /** Outermost first. */
  readonly brackets: readonly Bracket[];
}

const isWord = (token: Token): boolean => /^\w+$/.test(token.image) && !/^\d/.test(token.image);
const isString = (token: Token): boolean => token.tokenType.name.endsWith('Text');

export function cursorAt(
  tokens: readonly Token[],
  comments: readonly { readonly start: number; readonly end: number }[],
  offset: number,
): Cursor {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tokens[middle]!.startOffset < offset) low = middle + 1;
    else high = middle;
  }
  const last = tokens[low - 1];
  const isInside = last !== undefined && tokenEnd(last) >= offset;
  const word = isInside && isWord(last) ? last : undefined;
  const isOpen = last?.tokenType.name === 'OpenText';
  const text = isInside && isString(last) && (isOpen || tokenEnd(last) > offset) ? last : undefined;
  const count = word === undefined && text === undefined ? low : low - 1;
  return {
    ...{ offset, tokens, count, word, text },
    inComment: comments.some(({ start, end }) => start < offset && offset <= end),
    brackets: bracketsBefore(tokens, count),
  };
}

const closes: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{', '>': '<' };

function bracketsBefore(tokens: readonly Token[], count: number): readonly Bracket[] {
  const open: Bracket[] = [];
  for (let index = 0; index < count; index += 1) {
    const token = tokens[index]!;
    const { name } = token.tokenType;
    // A definition begins at the outside, whatever was left open before it.
    if (/^(Import|Stage|Pipeline|Profile|Published)$/.test(name)) open.length = 0;
    const kind = bracketKind(tokens, index, open.at(-1)?.kind);
    if (kind !== undefined) open.push({ kind, index });
    const opener = closes[token.image];
    if (opener === undefined) continue;
    const match = open.findLastIndex((bracket) => tokens[bracket.index]!.image === opener);
    if (match !== -1) open.length = match;
  }
  return open;
}

/** Undefined for a token that opens nothing. */
function bracketKind(
  tokens: readonly Token[],
  index: number,
  around: BracketKind | undefined,
): BracketKind | undefined {
  const kind = (back: number): string => tokens[index - back]?.tokenType.name ?? '';
  switch (tokens[index]!.image) {
    case '[':
      return 'list';
    case '<':
      // Behind the name of a stage stand variables, behind that of a type sizes; elsewhere it compares.
      if (kind(1) === 'StageOf') return 'dimensions';
      if (kind(1) !== 'Identifier') return undefined;
      return kind(2) === 'Stage' || around === 'parameters' || around === 'results' ? 'dimensions' : undefined;
    case '(':
      if (/^(Stage|Pipeline)$/.test(kind(2)) || /^(Greater|StageOf)$/.test(kind(1))) return 'parameters';
      if (kind(2) === 'At') return 'annotation';
      return /^(Identifier|BindingName|RightParenthesis|RightBracket|RightBrace)$/.test(kind(1)) ? 'call' : 'group';
    case '{':
      if (kind(1) === 'Import') return 'imports';
      if (kind(1) === 'Arrow') return 'results';
      if (kind(1) === 'With') return 'with';
      if (kind(2) === 'For' && kind(4) === 'Profile') return 'profile';
      if (/^(For|Under)$/.test(kind(2)) && /^(Published|For)$/.test(kind(4))) return 'published';
      return /^(Equals|LeftParenthesis|Comma|Colon|LeftBracket|Yield)$/.test(kind(1)) ? 'record' : 'block';
    default:
      return undefined;
  }
}

/** An argument, a parameter or a field: what stands between commas. */
export interface Item {
  /** Its name, where it has one. */
  readonly label: Token | undefined;
  /** Index of its first token. */
  readonly start: number;
}

/** The items of a bracket up to the cursor; the last one is that of the cursor. A name with a colon begins an item, comma or not. */
export function itemsBefore({ tokens, count }: Cursor, { index }: Bracket): readonly Item[] {
  const items: Item[] = [{ label: undefined, start: index + 1 }];
  let depth = 0;
  for (let at = index + 1; at < count; at += 1) {
    const token = tokens[at]!;
    if (/^[([{]$/.test(token.image)) depth += 1;
    else if (/^[)\]}]$/.test(token.image)) depth -= 1;
    if (depth !== 0) continue;
    if (token.image === ',') items.push({ label: undefined, start: at + 1 });
    else if (token.tokenType.name === 'Label') {
      if (items.at(-1)!.start === at) items.pop();
      items.push({ label: token, start: at });
    }
  }
  return items;
}

/** The labels of a bracket behind the cursor, up to its end. */
export function labelsBehind({ tokens, count, word }: Cursor): readonly string[] {
  const labels: string[] = [];
  let depth = 0;
  for (let at = word === undefined ? count : count + 1; at < tokens.length && depth >= 0; at += 1) {
    const token = tokens[at]!;
    if (/^[([{]$/.test(token.image)) depth += 1;
    else if (/^[)\]}]$/.test(token.image)) depth -= 1;
    else if (depth === 0 && token.tokenType.name === 'Label') labels.push(token.image);
  }
  return labels;
}

/** Index of the first token of the chain `a(…).b[0]` whose last token is at `last`; undefined where there is none. */
export function chainStart(tokens: readonly Token[], last: number): number | undefined {
  let at = last;
  for (;;) {
    const token = tokens[at];
    if (token === undefined) return undefined;
    if (/^[)\]}]$/.test(token.image)) {
      const opener = matching(tokens, at);
      if (opener === undefined) return undefined;
      // What is in parentheses, or a list, may itself be the beginning.
      const before = tokens[opener - 1];
      const isSuffix =
        before !== undefined && /^(Identifier|RightParenthesis|RightBracket)$/.test(before.tokenType.name);
      if (!isSuffix && before?.tokenType.name !== 'With') return opener;
      at = before.tokenType.name === 'With' ? opener - 2 : opener - 1;
      continue;
    }
    if (!isWord(token)) return undefined;
    if (tokens[at - 1]?.image !== '.') return at;
    at -= 2;
  }
}

function matching(tokens: readonly Token[], close: number): number | undefined {
  let depth = 0;
  for (let at = close; at >= 0; at -= 1) {
    const { image } = tokens[at]!;
    if (/^[)\]}]$/.test(image)) depth += 1;
    else if (/^[([{]$/.test(image)) depth -= 1;
    if (depth === 0) return at;
  }
  return undefined;
}
