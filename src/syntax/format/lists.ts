// Items with commas between brackets, and where their comments go when a comma is added, dropped or moved.
import type { Token } from '../../../grammar/parse.ts';
import { comma, commaIfBroken, concat, endComment, group, indent, line, softLine, type Doc } from './document.ts';
import { firstToken, isComma, isNames, isToken, lastToken, partsOf, type Part } from './parts.ts';
import { hasBlankBefore, ownLines, tight, tokenText, type Layout, type Printing } from './printing.ts';

/**
 * Items with their commas, each item but the first behind a `gap`. `last`: the comma behind the last item, if one is wanted. A comment
 * between an item and its comma goes behind the comma, to the next item or to the end of the list.
 */
export function items(
  parts: readonly Part[],
  print: Printing,
  last: Doc = '',
  gap: (blank: boolean) => Doc = line,
): readonly Doc[] {
  const docs: Doc[] = [];
  const { trivia } = print;
  let left: readonly Doc[] = [];
  for (const [item, sign, next] of pairs(parts)) {
    if (docs.length > 0) docs.push(gap(hasBlankBefore(item, print)));
    docs.push(print.doc(item), next === undefined ? last : comma);
    if (sign === undefined) continue;
    const { before, behind } = trivia.of(sign);
    const isCrowded = before.length > 0 || trivia.of(lastToken(item)).behind !== undefined;
    if (isCrowded && next !== undefined) trivia.move(sign, firstToken(next));
    else if (isCrowded) left = ownLines(behind === undefined ? before : [...before, behind], false);
    else if (behind !== undefined) docs.push(endComment(behind.text));
  }
  return [...docs, ...left];
}

/** Each item with the comma behind it, if there is one, and the item behind that. */
function pairs(
  parts: readonly Part[],
): readonly (readonly [item: Part, sign: Token | undefined, next: Part | undefined])[] {
  return parts.flatMap((part, index) => {
    if (isComma(part)) return [];
    const sign = parts[index + 1];
    const next = parts.slice(index + 1, index + 3).find((other) => !isComma(other));
    return [[part, sign !== undefined && isComma(sign) ? sign : undefined, next]];
  });
}

/** The first part and the last are brackets: all on one line with `pad` inside, or an item a line with a comma behind each. */
export function bracketed(pad: '' | ' ', last: Doc = commaIfBroken): Layout {
  return (parts, print) => {
    const close = parts.at(-1);
    const open = parts[0];
    if (open === undefined || close === undefined || !isToken(close)) return tight(parts, print);
    const inner = parts.slice(1, -1).flatMap((part) => (isNames(part) ? partsOf(part) : [part]));
    const left = print.trivia.of(close).before;
    const hasItems = inner.length > 0;
    const edge = pad === ' ' && hasItems ? line() : softLine;
    const content = concat(edge, ...items(inner, print, last), ...ownLines(left, hasItems));
    return group(
      concat(print.doc(open), hasItems || left.length > 0 ? indent(content) : '', edge, tokenText(close, print.trivia)),
    );
  };
}

/** `<N, D>`: never broken but by a comment. */
export const angled: Layout = (parts, print) => {
  const [open, ...inner] = parts;
  const close = inner.pop();
  if (open === undefined || close === undefined || !isToken(close)) return tight(parts, print);
  const names = inner.flatMap((part) => (isNames(part) ? partsOf(part) : [part]));
  const left = ownLines(print.trivia.of(close).before, true);
  const content = concat(...items(names, print, '', () => ' '), ...left);
  return concat(print.doc(open), indent(content), tokenText(close, print.trivia));
};
