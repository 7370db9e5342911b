// What rows of operators share, in expressions and in dimensions: their order, their place, and how long one may be.
import type { Token } from '../../grammar/parse.ts';
import { diagnose } from '../diagnostics/diagnostic.ts';
import type { Span } from '../source/span.ts';
import type { Reading } from './reading.ts';

/** Operators and suffixes in one row; more are refused, so that later phases may recurse over them. */
const longestChain = 400;

export const byPlace = (a: Token, b: Token): number => a.startOffset - b.startOffset;

export const join = (from: Span, to: Span): Span => ({
  file: from.file,
  start: from.start,
  end: Math.max(from.end, to.end),
});

/** Whether a row is too long, which is then reported. */
export function tooLong(count: number, span: Span, reading: Reading): boolean {
  if (count <= longestChain) return false;
  reading.report(
    diagnose(
      'P004',
      'this expression is too long',
      { span, text: `${count} operations in a row` },
      { notes: [`At most ${longestChain} are allowed; give parts of it names.`] },
    ),
  );
  return true;
}
