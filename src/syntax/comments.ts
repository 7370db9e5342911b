// Which comments belong to which node. The parser skips comments; this finds them again by place, so that none is lost to a formatter.
import { lineEnds } from '../../grammar/line-ends.ts';
import { tokenEnd, type Lexed, type Token } from '../../grammar/parse.ts';
import type { Comment, Comments } from './ast.ts';

/** A comment token as a value. */
export function toComment(token: Token, file: string): Comment {
  const doc = token.image.startsWith('///');
  return {
    text: token.image
      .slice(doc ? 3 : 2)
      .replace(/^ /, '')
      .trimEnd(),
    doc,
    span: { file, start: token.startOffset, end: tokenEnd(token) },
  };
}

const noComments: Comments = { before: [], after: undefined };

/** Index of the first token that starts at `offset` or later. */
function firstFrom(tokens: readonly Token[], offset: number): number {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tokens[middle]!.startOffset < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The lookup for one file. Before a node: the comments between it and the token before it, without one that ends that token's line.
 * After a node: the comment on its last line, where only a comma stands between.
 */
export function commentFinder(
  { text, tokens, comments }: Lexed,
  file: string,
): (start: number, end: number) => Comments {
  if (comments.length === 0) return () => noComments;
  return (start, end) => {
    const own = firstFrom(tokens, start);
    const previous = tokens[own - 1];
    const from = firstFrom(comments, previous === undefined ? 0 : tokenEnd(previous));
    const candidate = comments[firstFrom(comments, end)];
    const next = firstFrom(tokens, end);
    const last = tokens[next]?.image === ',' ? next : next - 1;
    const following = tokens[last + 1];
    const isAfter =
      candidate !== undefined &&
      (following === undefined || following.startOffset > candidate.startOffset) &&
      tokens[last] !== undefined &&
      tokenEnd(tokens[last]) <= candidate.startOffset &&
      lineEnds(text, tokenEnd(tokens[last]), candidate.startOffset) === 0;
    const to = firstFrom(comments, start);
    if (from === to && !isAfter) return noComments;
    const before = comments
      .slice(from, to)
      .filter((comment) => previous === undefined || lineEnds(text, tokenEnd(previous), comment.startOffset) > 0);
    return {
      before: before.map((token) => toComment(token, file)),
      after: isAfter ? toComment(candidate, file) : undefined,
    };
  };
}

/** The `///` block right above a node: joined lines; an empty `///` line parts paragraphs. `lineOf` maps offsets to line numbers. */
export function docOf(comments: Comments, start: number, lineOf: (offset: number) => number): string {
  const lines: string[] = [];
  let line = lineOf(start);
  for (const comment of comments.before.toReversed()) {
    if (!comment.doc || lineOf(comment.span.start) !== line - 1) break;
    lines.unshift(comment.text);
    line -= 1;
  }
  return lines.join('\n');
}

/** The first `///` block of a file, where a blank line or an import follows it. */
export function fileDoc({ text, tokens, comments }: Lexed): string {
  const lines: string[] = [];
  let last: Token | undefined;
  const start = tokens[0]?.startOffset ?? Infinity;
  const isNextLine = (token: Token): boolean =>
    last === undefined || lineEnds(text, tokenEnd(last), token.startOffset) === 1;
  for (const comment of comments) {
    if (!comment.image.startsWith('///') || !isNextLine(comment)) break;
    // One behind the first words of the program is not of the file; one before them all decides that there is none.
    if (comment.startOffset > start && lines.length > 0) break;
    lines.push(comment.image.slice(3).replace(/^ /, '').trimEnd());
    last = comment;
  }
  const firstToken = tokens[0];
  if (lines.length === 0 || firstToken === undefined) return lines.join('\n');
  if (firstToken.startOffset < comments[0]!.startOffset) return '';
  return isNextLine(firstToken) && firstToken.image !== 'import' ? '' : lines.join('\n');
}
