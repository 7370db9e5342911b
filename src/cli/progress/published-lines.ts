// Published numbers beside those of a run, as lines of a terminal: paper, ours, difference, and a mark for each. Pure.
import type { Comparison } from '../../run/compare-published.ts';
import type { Paint } from '../paint.ts';
import { clip } from './quantities.ts';

const MARKS: Readonly<Record<Comparison['verdict'], string>> = {
  ...{ holds: '✔', misses: '✖', 'not comparable': '–', 'no value': '✖' },
};

/** A heading for each paper. Where deviations would not fit they are left out. */
export function publishedLines(comparisons: readonly Comparison[], columns: number, paint: Paint): readonly string[] {
  const sources = [...new Set(comparisons.map(({ source }) => source))];
  return sources.flatMap((source) => {
    const rows = comparisons.filter((one) => one.source === source);
    const wide = tableOf(rows, true);
    const table = widthOf(wide) <= columns ? wide : tableOf(rows, false);
    const widths = table[0]!.map((_, at) => Math.max(...table.map((row) => row[at]!.length)));
    const lines = table.map((row) =>
      row
        .map((text, at) => (at <= 1 || at === row.length - 1 ? text.padEnd(widths[at]!) : text.padStart(widths[at]!)))
        .join('  ')
        .trimEnd(),
    );
    const painted = lines.map((line, at) => (at === 0 ? paint.faint(line) : paintBy(rows[at - 1]!, paint)(line)));
    const reasons = [
      ...new Set(rows.flatMap(({ why, verdict }) => (why === undefined ? [] : [`  ${verdict}: ${why}`]))),
    ];
    return [paint.strong(clip(source, columns)), ...painted, ...reasons.map((line) => paint.careful(line)), ''];
  });
}

function paintBy({ verdict }: Comparison, paint: Paint): (text: string) => string {
  return { holds: paint.good, misses: paint.bad, 'not comparable': paint.faint, 'no value': paint.bad }[verdict];
}

function tableOf(rows: readonly Comparison[], isWide: boolean): readonly (readonly string[])[] {
  return [
    ['', '', 'paper', 'ours', 'difference', 'wanted'],
    ...rows.map(({ name, paper, ours, difference, runs, deviation, wanted, verdict }) => {
      const spread = deviation === undefined ? '' : ` ± ${deviation.toFixed(3)}`;
      const count = runs === undefined || runs < 2 ? '' : ` (${runs})`;
      return [
        ...[
          MARKS[verdict],
          name,
          paper.toFixed(3),
          ours === undefined ? '–' : ours.toFixed(3) + (isWide ? spread + count : ''),
        ],
        ...[difference === undefined ? '–' : signed(difference), wanted],
      ];
    }),
  ];
}

const signed = (number: number): string => (number < 0 ? '−' : '+') + Math.abs(number).toFixed(3);

const widthOf = (table: readonly (readonly string[])[]): number =>
  table[0]!.reduce((sum, _, at) => sum + 2 + Math.max(...table.map((row) => row[at]!.length)), -2);
