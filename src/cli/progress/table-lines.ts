// An output of type Table in the terminal: `0.812 ± 0.014 (3)`, mean ± sample standard deviation (runs). Pure.
import type { Paint } from '../paint.ts';
import { clip } from './quantities.ts';

export interface TableOutput {
  readonly columns: readonly string[];
  readonly rows: readonly {
    readonly name: string;
    readonly cells: readonly {
      readonly mean: number;
      readonly runs: number;
      readonly deviation?: number;
      /** The steps that gave its scores, for pipe explain. */
      readonly steps?: readonly string[];
    }[];
  }[];
}

export function isTable(value: unknown): value is TableOutput {
  return typeof value === 'object' && value !== null && 'columns' in value && 'rows' in value;
}

/** Without deviations where they would not fit. Below, the runs that the cells of a row are means of. */
export function tableLines(
  name: string,
  { columns: titles, rows }: TableOutput,
  columns: number,
  paint: Paint,
): readonly string[] {
  const draw = (isWide: boolean): readonly (readonly string[])[] => [
    [name, ...titles],
    ...rows.map((row) => [row.name, ...row.cells.map((cell) => cellText(cell, isWide))]),
  ];
  const width = (texts: readonly (readonly string[])[]): readonly number[] =>
    texts[0]!.map((_, at) => Math.max(...texts.map((row) => row[at]?.length ?? 0)));
  const total = (widths: readonly number[]): number => widths.reduce((sum, one) => sum + one + 2, -2);
  const full = draw(true);
  const texts = total(width(full)) <= columns ? full : draw(false);
  const widths = width(texts).map((one, at) => (at === 0 ? Math.min(one, Math.max(8, columns - 30)) : one));
  const lines = texts.map((row) =>
    row
      .map((text, at) => (at === 0 ? clip(text, widths[0]!).padEnd(widths[0]!) : text.padStart(widths[at]!)))
      .join('  '),
  );
  const runs = rows.flatMap((row) => {
    const steps = [...new Set(row.cells.flatMap((cell) => cell.steps ?? []))];
    return steps.length > 0 && row.cells.some((cell) => cell.runs > 1)
      ? [paint.faint(clip(`${row.name}: mean of ${steps.join(', ')}`, columns))]
      : [];
  });
  return [
    ...lines.map((line, at) => (at === 0 ? paint.faint(line.trimEnd()) : paint.strong(line.trimEnd()))),
    ...runs,
    '',
  ];
}

function cellText({ mean, runs, deviation }: TableOutput['rows'][number]['cells'][number], isWide: boolean): string {
  if (!isWide) return mean.toFixed(3);
  const spread = deviation === undefined ? '' : ` ± ${deviation.toFixed(3)}`;
  // The deviation of one run is not one over runs.
  return `${mean.toFixed(3)}${spread}${deviation !== undefined && runs === 1 ? '' : ` (${runs})`}`;
}
