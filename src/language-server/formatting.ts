// A document in its one form, as the edit of the lines that differ. A document with syntax errors is left as it is.
import type { TextEdit } from 'vscode-languageserver-types';
import { formatSource } from '../syntax/format/format-source.ts';
import type { Analysis } from './analysis.ts';
import { rangeOf } from './places.ts';

export function formatting({ source }: Analysis): readonly TextEdit[] {
  const { text: formatted } = formatSource(source);
  const { text } = source;
  if (formatted === undefined || formatted === text) return [];
  const most = Math.min(text.length, formatted.length);
  let start = 0;
  while (start < most && text[start] === formatted[start]) start += 1;
  let tail = 0;
  while (tail < most - start && text.at(-1 - tail) === formatted.at(-1 - tail)) tail += 1;
  // Whole lines, so that no line end is cut in two.
  start = text.lastIndexOf('\n', start - 1) + 1;
  const next = text.indexOf('\n', text.length - tail);
  const end = next === -1 ? text.length : next;
  return [
    {
      range: rangeOf({ start, end }, source),
      newText: formatted.slice(start, formatted.length - (text.length - end)),
    },
  ];
}
