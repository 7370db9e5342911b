// Diagnostics as text for a terminal: title, excerpt with every place underlined, notes, the likely name. The only place that draws them.
import type { SourceFile } from '../source/source-file.ts';
import { renderExcerpts } from './code-frame.ts';
import type { Diagnostic } from './diagnostic.ts';
import { printable, wrap } from './display-width.ts';
import { painter, type Paint } from './paint.ts';

export interface RenderOptions {
  readonly color: boolean;
  /** Columns of the terminal; at least 20 are used. */
  readonly width: number;
}

/** More help nobody: the later ones are often consequences of the first. */
const mostShown = 100;

/** Every diagnostic (at most 100), parted by empty lines, with a count at the end where there are several. Ends without a line end; empty for none. */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, SourceFile>,
  options: RenderOptions,
): string {
  const paint = painter(options.color);
  const width = Math.max(20, options.width);
  const blocks = diagnostics.slice(0, mostShown).map((diagnostic) => renderOne(diagnostic, sources, paint, width));
  return [...blocks, ...(diagnostics.length > 1 ? [summary(diagnostics)] : [])].join('\n\n');
}

function renderOne(
  diagnostic: Diagnostic,
  sources: ReadonlyMap<string, SourceFile>,
  paint: Paint,
  width: number,
): string {
  const { severity, code } = diagnostic;
  const title = printable(diagnostic.title);
  const head = `${severity}[${code}]: `;
  const [firstLine, ...more] = wrap(title, Math.max(20, width - head.length));
  const color = severity === 'error' ? paint.red : paint.yellow;
  const heading = [
    `${paint.bold(color(`${severity}[${code}]`))}${paint.bold(`: ${firstLine!}`)}`,
    ...more.map((line) => ' '.repeat(head.length) + paint.bold(line)),
  ];
  const { lines, gutter } = renderExcerpts(diagnostic, sources, paint, width);
  const notes = [
    ...diagnostic.notes.map((note) => ['why', note] as const),
    ...helpOf(diagnostic).map((help) => ['help', help] as const),
  ];
  const indent = ' '.repeat(gutter);
  const tail = notes.flatMap(([kind, note]) => {
    const lead = `${indent} = `;
    const [first, ...rest] = note
      .split('\n')
      .flatMap((line) => wrap(printable(line), Math.max(16, width - lead.length - (kind === 'help' ? 6 : 0))));
    const label = kind === 'help' ? paint.bold('help: ') : '';
    return [`${paint.blue(lead)}${label}${first!}`, ...rest.map((line) => `${' '.repeat(lead.length)}${line}`)];
  });
  return [...heading, ...lines, ...tail].join('\n');
}

/** The nearest name, or the fix where it says something else. */
function helpOf({ suggestion, fix }: Diagnostic): readonly string[] {
  if (suggestion !== undefined) return [`did you mean \`${suggestion}\`?`];
  return fix === undefined ? [] : [fix.title];
}

function summary(diagnostics: readonly Diagnostic[]): string {
  const count = (severity: Diagnostic['severity']): string | undefined => {
    const n = diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
    return n === 0 ? undefined : `${n} ${severity}${n === 1 ? '' : 's'}`;
  };
  const counts = [count('error'), count('warning')].filter((part) => part !== undefined).join(', ');
  return diagnostics.length > mostShown ? `${counts}; the first ${mostShown} are shown` : counts;
}
