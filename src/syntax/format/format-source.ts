// A program in its one canonical form: text in, text out. Layout depends on the tokens, the comments and which of them an empty line parts;
// never on where lines ended. What it gives is parsed again and compared, so that a fault here can never cost a user a token or a comment.
import { parseFile, type Token } from '../../../grammar/parse.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { SourceFile } from '../../source/source-file.ts';
import { parseSource } from '../parse-source.ts';
import { layOutFile, lineWidth } from './layouts.ts';
import { spelling } from './printing.ts';
import { renderDocument } from './render-document.ts';
import { findTrivia, spaced } from './trivia.ts';

export type Formatted =
  | { readonly text: string; readonly diagnostics: readonly [] }
  /** With syntax errors there is nothing to go by. */
  | { readonly text: undefined; readonly diagnostics: readonly Diagnostic[] };

/** Line ends are those of the first line. Throws only for a fault of its own. */
export function formatSource(source: SourceFile): Formatted {
  const { diagnostics } = parseSource(source);
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) return { text: undefined, diagnostics: errors };
  const before = parseFile(source.text);
  const document = layOutFile(before.tree, findTrivia(before));
  const text = renderDocument(document, lineWidth);
  const after = parseFile(text);
  const [wanted, got] = [content(before), content(after)];
  if (after.problems.length > 0 || wanted.length !== got.length || wanted.some((one, index) => one !== got[index]))
    throw new Error(`formatting would change ${source.name}, which is left as it is`);
  const isWindows = /^[^\n]*\r\n/.test(source.text);
  return { text: isWindows ? text.replaceAll('\n', '\r\n') : text, diagnostics: [] };
}

const isComma = (token: Token | undefined): boolean => token?.tokenType.name === 'Comma';
const isClosing = (token: Token | undefined): boolean => token !== undefined && /^[)\]}>]$/.test(token.image);

/** What must be the same before and after: the tokens but for commas before a closing bracket, then the comments. */
function content({ tokens, comments }: ReturnType<typeof parseFile>): readonly string[] {
  return [
    ...tokens.filter((token, index) => !(isComma(token) && isClosing(tokens[index + 1]))).map(spelling),
    ...comments.map((comment) => spaced(comment.image)),
  ];
}
