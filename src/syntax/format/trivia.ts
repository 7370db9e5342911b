// What stands between the tokens and is worth keeping: comments and empty lines, each with the token that it belongs to. A comment on the
// line on which a token ends belongs to that token, any other to the token behind it; so none is lost and their order stays.
import { lineEnds } from '../../../grammar/line-ends.ts';
import { tokenEnd, type Lexed, type Token } from '../../../grammar/parse.ts';

export interface TriviaComment {
  /** With its slashes. */
  readonly text: string;
  readonly doc: boolean;
  /** An empty line stands before it. */
  readonly blankBefore: boolean;
}

export interface Trivia {
  /** On lines of their own before the token. */
  readonly before: readonly TriviaComment[];
  /** An empty line stands right before the token, behind those comments. */
  readonly blankBefore: boolean;
  /** Behind the token on its line. */
  readonly behind: TriviaComment | undefined;
}

export interface FileTrivia {
  readonly of: (token: Token) => Trivia;
  /**
   * Gives the comments of a token, and what is behind it, to a token further on, as its first ones. What documented nothing where it stood is
   * parted from it by an empty line.
   */
  readonly move: (from: Token, to: Token) => void;
  /** Comments behind the last token's line. */
  readonly atEnd: readonly TriviaComment[];
}

interface OpenTrivia {
  before: readonly TriviaComment[];
  blankBefore: boolean;
  behind: TriviaComment | undefined;
}

export function findTrivia({ text, tokens, comments }: Lexed): FileTrivia {
  const found = new Map<Token, OpenTrivia>();
  let next = 0;
  let previous: Token | undefined;
  /** Where the last token or comment ends. */
  let end = 0;
  // As if a line stood before the first.
  const linesSince = (token: Token): number => lineEnds(text, end, token.startOffset) + (end === 0 ? 1 : 0);

  function take(until: number): readonly TriviaComment[] {
    const taken: TriviaComment[] = [];
    for (let comment = comments[next]; comment !== undefined && comment.startOffset < until; comment = comments[next]) {
      const value: TriviaComment = {
        text: spaced(comment.image),
        doc: comment.image.startsWith('///'),
        blankBefore: linesSince(comment) > 1,
      };
      if (previous !== undefined && lineEnds(text, tokenEnd(previous), comment.startOffset) === 0)
        found.get(previous)!.behind = value;
      else taken.push(value);
      end = tokenEnd(comment);
      next += 1;
    }
    return taken;
  }

  for (const token of tokens) {
    const before = take(token.startOffset);
    found.set(token, { before, blankBefore: linesSince(token) > 1, behind: undefined });
    end = tokenEnd(token);
    previous = token;
  }
  const atEnd = take(Infinity);
  const of = (token: Token): Trivia => found.get(token)!;
  const move = (from: Token, to: Token): void => {
    const [source, target] = [found.get(from)!, found.get(to)!];
    const moved = [...source.before, ...(source.behind === undefined ? [] : [source.behind])];
    const isDoc = moved.at(-1)?.doc === true;
    const [next, ...others] = target.before;
    if (next === undefined) target.blankBefore ||= isDoc;
    const after = next === undefined ? [] : [{ ...next, blankBefore: next.blankBefore || isDoc }, ...others];
    target.before = [...moved.map((one, index) => (index === 0 ? { ...one, blankBefore: false } : one)), ...after];
    found.set(from, { before: [], blankBefore: false, behind: undefined });
  };
  return { of, move, atEnd };
}

/** `//so` → `// so`; rows of slashes, dashes and such stay as they are. */
export function spaced(image: string): string {
  return image.trimEnd().replace(/^(\/{2,3})(?=[\p{L}\p{N}])/u, '$1 ');
}
