// How far a syntax error reaches. A text falls into regions, each a statement, an item on its own line or a definition's head; what stands
// in a region with an error may have been misread, so later phases trust nothing in it and report nothing about it.
import { lineEnds } from '../../grammar/line-ends.ts';
import { tokenEnd, type Lexed, type Token } from '../../grammar/parse.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Span } from '../source/span.ts';

export interface Damage {
  readonly regions: readonly Span[];
  /** Whether what stands at a place may have been misread. */
  readonly touches: (span: Span) => boolean;
  /** Names that the text may mean to define, where errors may have hidden their definitions. */
  readonly perhapsDefined: ReadonlySet<string>;
}

export const noDamage: Damage = { regions: [], touches: () => false, perhapsDefined: new Set() };

/** A text and its tokens. */
export type Words = Pick<Lexed, 'text' | 'tokens'>;

/** Whether a line ends between two tokens. */
export const isParted = (text: string, previous: Token, token: Token): boolean =>
  lineEnds(text, tokenEnd(previous), token.startOffset) > 0;

/** Whether a new statement, item or definition begins with this token, so that a problem behind it is independent of those before. */
function beginsRegion({ text, tokens }: Words, index: number): boolean {
  const kind = tokens[index]!.tokenType.name;
  const previous = tokens[index - 1];
  const isFirstOfLine = (at: number): boolean => at === 0 || isParted(text, tokens[at - 1]!, tokens[at]!);
  // A stray word before the name (`outptu x = …`, `let x = …`) belongs to the same statement.
  if (kind === 'BindingName')
    return isFirstOfLine(index) || previous?.tokenType.name !== 'Identifier' || !isFirstOfLine(index - 1);
  return /^(Import|Stage|Pipeline|Profile|Published|Output|Yield|At|Label)$/.test(kind) && isFirstOfLine(index);
}

/** Offsets at which regions start. The first region starts with the text. */
export function regionStarts(words: Words): readonly number[] {
  return words.tokens.filter((_, index) => beginsRegion(words, index)).map((token) => token.startOffset);
}

/** Those of them that are statements and definitions, not items within one. */
export function statementStarts(words: Words): readonly number[] {
  return words.tokens
    .filter((token, index) => token.tokenType.name !== 'Label' && beginsRegion(words, index))
    .map((token) => token.startOffset);
}

/** Index in `starts` of the region of a place, -1 for the first. An empty place stands behind a token, and belongs to that token's region. */
export function regionOf({ start, end }: Span, starts: readonly number[]): number {
  return starts.findLastIndex((offset) => (start === end ? offset < start : offset <= start));
}

export function assessDamage(problems: readonly Diagnostic[], words: Words): Damage {
  if (problems.length === 0) return noDamage;
  const starts = regionStarts(words);
  const places = problems.map(({ primary }) => primary.span);
  const regions = places.map((span): Span => {
    const region = regionOf(span, starts);
    return { file: span.file, start: starts[region] ?? 0, end: starts[region + 1] ?? words.text.length };
  });
  const touches = (span: Span): boolean =>
    places.some((place) => span.start <= place.start && place.start <= span.end) ||
    regions.some((region) => span.start <= region.start && region.start < span.end);
  return { regions, touches, perhapsDefined: namesIn(words.tokens, regions) };
}

/** Whatever names something that is defined anywhere, and every name in a damaged region. */
function namesIn(tokens: readonly Token[], regions: readonly Span[]): ReadonlySet<string> {
  const names = new Set<string>();
  let inImport = false;
  for (const [index, token] of tokens.entries()) {
    const kind = token.tokenType.name;
    if (kind === 'Import') inImport = true;
    else if (/^(From|Stage|Pipeline|Profile|Published|Equals)$/.test(kind)) inImport = false;
    const before = tokens[index - 1]?.tokenType.name ?? '';
    const inDamage = regions.some((region) => region.start <= token.startOffset && token.startOffset < region.end);
    const isDefining =
      /^(BindingName|Label)$/.test(kind) ||
      (kind === 'Identifier' && (inImport || inDamage || /^(Stage|Pipeline|For)$/.test(before)));
    if (isDefining) names.add(token.image);
  }
  return names;
}
