// A string token → its parts: text with escapes resolved, and the expressions in braces, `"{count} images"`.
// Escapes: \" \\ \n \t \{ \}. A string in a string needs no escape rule: braces hold no quotes.
import type { Token } from '../../grammar/parse.ts';
import { diagnose } from '../diagnostics/diagnostic.ts';
import type { Span } from '../source/span.ts';
import type { Expression, StringPart } from './ast.ts';
import { tokenSpan, type Reading } from './reading.ts';

const escapes: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', n: '\n', t: '\t', '{': '{', '}': '}' };

/** Reads what stands in braces; given by the caller because expressions hold strings. `base` is the offset in the file. */
export type ReadEmbedded = (text: string, base: number) => Expression;

/** The parts of a string, in order; two texts are never neighbours. Problems go to `reading.report`. */
export function readString(token: Token, reading: Reading, readEmbedded: ReadEmbedded): readonly StringPart[] {
  const whole = tokenSpan(token, reading);
  const image = token.image;
  if (token.tokenType.name === 'OpenText') {
    reading.report(
      diagnose('P002', 'this string is not closed', { span: whole, text: 'expected `"` before the end of the line' }),
    );
    return [];
  }
  if (token.tokenType.name === 'ForeignText') {
    const text = JSON.stringify(image.slice(1, -1));
    reading.report(
      diagnose(
        'P002',
        'a string stands in double quotes',
        { span: whole, text: 'other quotes' },
        { fix: { title: `write \`${text}\``, edits: [{ span: whole, text }] } },
      ),
    );
    return [{ kind: 'text', text: image.slice(1, -1), span: whole }];
  }
  const parts: StringPart[] = [];
  let text = '';
  let textStart = 1;
  const end = image.length - 1;
  const at = (from: number, to: number): Span => ({
    file: whole.file,
    start: whole.start + from,
    end: whole.start + to,
  });
  const flush = (until: number): void => {
    if (text !== '') parts.push({ kind: 'text', text, span: at(textStart, until) });
    text = '';
  };
  let i = 1;
  while (i < end) {
    const character = image[i]!;
    if (character === '\\') {
      const meant = escapes[image[i + 1]!];
      if (meant === undefined) {
        reading.report(
          diagnose(
            'P003',
            `\`${image.slice(i, i + 2)}\` is not an escape`,
            { span: at(i, i + 2), text: 'not understood' },
            { notes: ['The escapes are \\" \\\\ \\n \\t \\{ \\}.'] },
          ),
        );
      }
      text += meant ?? '';
      i += 2;
    } else if (character === '{') {
      const close = image.indexOf('}', i);
      if (close === -1 || image.slice(i + 1, close).trim() === '') {
        const title = close === -1 ? 'this brace in a string is not closed' : 'nothing stands in these braces';
        reading.report(
          diagnose(
            'P003',
            title,
            { span: at(i, close === -1 ? i + 1 : close + 1), text: 'a value is put in here' },
            { notes: ['Braces in a string hold a value: `"{count} images"`. Write `\\{` for a brace itself.'] },
          ),
        );
        return [];
      }
      flush(i);
      parts.push({
        kind: 'expression',
        value: readEmbedded(image.slice(i + 1, close), whole.start + i + 1),
        span: at(i, close + 1),
      });
      i = close + 1;
      textStart = i;
    } else {
      text += character;
      i += 1;
    }
  }
  flush(end);
  return parts;
}

/** The text of a string that may hold no braces, or undefined after reporting. */
export function plainText(parts: readonly StringPart[], reading: Reading): string | undefined {
  const expression = parts.find((part) => part.kind === 'expression');
  if (expression === undefined) return parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
  reading.report(
    diagnose(
      'P003',
      'this string cannot hold a value',
      { span: expression.span, text: 'only text can stand here' },
      { notes: ['It is read before any value is known.'] },
    ),
  );
  return undefined;
}
