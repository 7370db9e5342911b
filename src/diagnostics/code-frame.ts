// The excerpt of a diagnostic: each involved line once, each label underlined on a row of its own, the file of the problem first.
// Right with tabs, CRLF, wide characters, empty files and a last line without an end; long lines are cut around what is underlined.
import { SourceFile } from '../source/source-file.ts';
import type { Diagnostic, Label } from './diagnostic.ts';
import { cellsOf, printable, textWidth, wrap, type Cell } from './display-width.ts';
import type { Paint } from './paint.ts';

interface Mark {
  readonly label: Label;
  readonly isPrimary: boolean;
  readonly line: number;
  /** Offsets in the line. */
  readonly start: number;
  readonly end: number;
}

/** The lines, and the width of the line numbers, under which notes are set. */
export function renderExcerpts(
  diagnostic: Diagnostic,
  sources: ReadonlyMap<string, SourceFile>,
  paint: Paint,
  width: number,
): { readonly lines: readonly string[]; readonly gutter: number } {
  const labels = [diagnostic.primary, ...diagnostic.labels];
  const files = [...new Set(labels.map((label) => label.span.file))];
  const excerpts = files.map((name) => {
    const source = sources.get(name) ?? new SourceFile(name, '');
    const marks = labels
      .map((label, index) => toMark(label, index === 0, source))
      .filter((_, index) => labels[index]!.span.file === name);
    return { source, marks };
  });
  const last = Math.max(...excerpts.flatMap(({ marks }) => marks.map((mark) => mark.line + 1)));
  const gutter = String(last).length;
  const accent = diagnostic.severity === 'error' ? paint.red : paint.yellow;
  const lines = excerpts.flatMap(({ source, marks }, index) => {
    const { line, column } = source.position(marks[0]!.label.span.start);
    const arrow = index === 0 ? '-->' : ':::';
    const head = `${' '.repeat(gutter)}${paint.blue(arrow)} ${printable(source.name)}:${line}:${column}`;
    return [head, bar(gutter, paint), ...renderMarks(source, marks, gutter, width, paint, accent)];
  });
  return { lines, gutter };
}

const bar = (gutter: number, paint: Paint, text = ''): string =>
  `${' '.repeat(gutter)} ${paint.blue('|')}${text === '' ? '' : ` ${text}`}`;

/** A span over several lines is underlined on its first line. */
function toMark(label: Label, isPrimary: boolean, source: SourceFile): Mark {
  const offset = Math.min(label.span.start, source.text.length);
  const line = source.lineOf(offset);
  const lineStart = source.lineStarts[line]!;
  const length = source.line(line).length;
  const start = Math.min(offset - lineStart, length);
  const end = Math.max(start, Math.min(label.span.end - lineStart, length));
  return { label, isPrimary, line, start, end };
}

function renderMarks(
  source: SourceFile,
  marks: readonly Mark[],
  gutter: number,
  width: number,
  paint: Paint,
  accent: (text: string) => string,
): readonly string[] {
  const lines = [...new Set(marks.map((mark) => mark.line))].sort((a, b) => a - b);
  return lines.flatMap((line, index) => {
    const here = marks
      .filter((mark) => mark.line === line)
      .sort((a, b) => Number(b.isPrimary) - Number(a.isPrimary) || a.start - b.start);
    const previous = lines[index - 1];
    const gap = previous !== undefined && line > previous + 1 ? [`${' '.repeat(gutter)}${paint.blue('...')}`] : [];
    const room = Math.max(10, width - gutter - 3);
    const view = cut(cellsOf(source.line(line)), here, room);
    const number = paint.blue(`${String(line + 1).padStart(gutter)} |`);
    const code = `${number}${view.text === '' ? '' : ` ${view.text}`}`;
    return [...gap, code, ...here.flatMap((mark) => underline(mark, view, room, gutter, paint, accent))];
  });
}

interface View {
  readonly text: string;
  /** Column in the view of an offset in the line. */
  readonly column: (offset: number) => number;
  readonly width: number;
}

/** The part of a line that fits the room, with the first mark in it. */
function cut(cells: readonly Cell[], marks: readonly Mark[], room: number): View {
  const total = cells.reduce((sum, cell) => sum + cell.width, 0);
  const columnIn = (shown: readonly Cell[], lead: number) => (offset: number) =>
    lead + shown.filter((cell) => cell.offset < offset).reduce((sum, cell) => sum + cell.width, 0);
  if (total <= room)
    return {
      text: cells
        .map((cell) => cell.text)
        .join('')
        .trimEnd(),
      column: columnIn(cells, 0),
      width: total,
    };
  const wanted = columnIn(cells, 0)(marks[0]!.start);
  const from = wanted <= room * 0.6 ? 0 : wanted - Math.floor(room * 0.4);
  let column = 0;
  const shown = cells.filter((cell) => {
    const start = column;
    column += cell.width;
    return start >= from && column <= from + room - 2;
  });
  const lead = from > 0 ? '…' : '';
  const tail = from + room - 2 < total ? '…' : '';
  const offset = shown[0]?.offset ?? 0;
  const inner = columnIn(shown, lead.length);
  const shownWidth = shown.reduce((sum, cell) => sum + cell.width, 0);
  return {
    text: `${lead}${shown.map((cell) => cell.text).join('')}${tail}`,
    column: (place) => (place < offset ? 0 : inner(place)),
    width: lead.length + shownWidth,
  };
}

function underline(
  mark: Mark,
  view: View,
  room: number,
  gutter: number,
  paint: Paint,
  accent: (text: string) => string,
): readonly string[] {
  const style = mark.isPrimary ? accent : paint.blue;
  const start = Math.min(view.column(mark.start), Math.max(0, room - 1));
  const length = Math.max(1, Math.min(view.column(mark.end), Math.max(view.width, start + 1)) - start);
  const line = (mark.isPrimary ? '^' : '-').repeat(length);
  const text = printable(mark.label.text);
  if (text === '') return [bar(gutter, paint, ' '.repeat(start) + style(line))];
  if (start + length + 1 + textWidth(text) <= room)
    return [bar(gutter, paint, `${' '.repeat(start)}${style(`${line} ${text}`)}`)];
  // No room behind the underline: the words go below it, as far right as they fit.
  const widest = Math.max(10, room - start);
  const indent =
    textWidth(text) <= room
      ? Math.min(start, room - textWidth(text))
      : Math.max(0, room - Math.max(widest, Math.min(room, 40)));
  return [
    bar(gutter, paint, ' '.repeat(start) + style(line)),
    ...wrap(text, room - indent).map((part) => bar(gutter, paint, ' '.repeat(indent) + style(part))),
  ];
}
