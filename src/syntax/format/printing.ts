// What every layout is made of: tokens with their comments, and rows of parts with something between them.
import type { Token } from '../../../grammar/parse.ts';
import { blankLine, breaksIn, concat, endComment, indent, ownComment, type Doc } from './document.ts';
import { firstToken, lastToken, nameOf, type Part } from './parts.ts';
import type { FileTrivia, TriviaComment } from './trivia.ts';

export interface Printing {
  readonly trivia: FileTrivia;
  /** A part with the comments of its tokens. */
  readonly doc: (part: Part) => Doc;
}

/** From the parts of a node, in their order, to its document. */
export type Layout = (parts: readonly Part[], print: Printing) => Doc;

/** A stretch of tokens that is laid out already. */
export interface Piece {
  /** The rule or the token type that it begins with. */
  readonly name: string;
  readonly doc: Doc;
  readonly first: Trivial;
  readonly last: Trivial;
}

/** The comments at one end of a piece. */
type Trivial = ReturnType<FileTrivia['of']>;

export function tokenDoc(token: Token, trivia: FileTrivia): Doc {
  const { before, blankBefore } = trivia.of(token);
  const gap = before.length > 0 && blankBefore ? blankLine : '';
  return concat(...ownLines(before, false), gap, tokenText(token, trivia));
}

/** A token without the comments before it. */
export function tokenText(token: Token, trivia: FileTrivia): Doc {
  const { behind } = trivia.of(token);
  return concat(spelling(token), behind === undefined ? '' : endComment(behind.text));
}

/** A token as it is written, with one space within those that may hold several: `8 GiB`, `one of`, `at least`. */
export function spelling({ image, tokenType: { name } }: Token): string {
  if (name === 'Quantity') return image.replace(/^([\d.]+)[ \t]*/, '$1 ');
  return /^(OneOf|ByCommand|ByModule|NotBelow|NotAbove)$/.test(name) ? image.replace(/[ \t]+/, ' ') : image;
}

/** `withGap`: an empty line before the first of them is kept, too. */
export function ownLines(comments: readonly TriviaComment[], withGap: boolean): readonly Doc[] {
  return comments.flatMap(({ text, blankBefore }, index) => [
    blankBefore && (withGap || index > 0) ? blankLine : '',
    ownComment(text),
  ]);
}

/** The comments behind the last token of a file. */
export const atEnd = (trivia: FileTrivia): readonly Doc[] => ownLines(trivia.atEnd, true);

/** Whether an empty line stands before a part and the comments that belong to it. */
export function hasBlankBefore(part: Part, { trivia }: Printing): boolean {
  const { before, blankBefore } = trivia.of(firstToken(part));
  return before[0]?.blankBefore ?? blankBefore;
}

/** Parts one behind the other, without a space. */
export const tight: Layout = (parts, print) => concat(...parts.map(print.doc));

/** Parts with a space between, but for those of these names, which stick to what is before them. */
export function spaced(...sticking: readonly string[]): Layout {
  return (parts, print) =>
    sequence(
      parts.map((part) => pieceOf(part, print)),
      ({ name }) => (sticking.includes(name) ? '' : ' '),
    );
}

export function pieceOf(part: Part, { doc, trivia }: Printing): Piece {
  return {
    name: nameOf(part),
    doc: doc(part),
    first: trivia.of(firstToken(part)),
    last: trivia.of(lastToken(part)),
  };
}

/** Pieces with what `between` says before each but the first. What a comment pushes to a new line is indented. */
export function sequence(pieces: readonly Piece[], between: (piece: Piece, previous: Piece) => Doc): Doc {
  return concat(
    ...pieces.map((piece, index) => {
      const previous = pieces[index - 1];
      if (previous === undefined) return piece.doc;
      const separator = between(piece, previous);
      const isPushed = previous.last.behind !== undefined || piece.first.before.length > 0;
      return concat(separator, isPushed && !breaksIn(separator) ? indent(piece.doc) : piece.doc);
    }),
  );
}
