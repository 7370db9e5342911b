// What is said when a run is over: the scores side by side, where the page is, totals; and on stderr what failed and what to do.
// Pure: the last view and the terminal's size in, lines out.
import { relative } from 'node:path';
import type { Paint } from '../paint.ts';
import { publishedLines } from './published-lines.ts';
import { isTable, tableLines } from './table-lines.ts';
import { clip, formatSeconds, plural } from './quantities.ts';
import { count, type RunView } from './run-view.ts';

export interface Summary {
  /** For stdout. */
  readonly lines: readonly string[];
  /** For stderr. */
  readonly errors: readonly string[];
}

interface ScoresOutput {
  readonly acc: number;
  readonly nmi: number;
  readonly ari: number;
  readonly runs?: number;
  readonly deviation?: { readonly acc: number; readonly nmi: number; readonly ari: number };
}

const SCORES = ['acc', 'nmi', 'ari'] as const;

/** `command` is what continues a run that was stopped or failed. Paths below `here` are shown relative to it. */
export function summarize(view: RunView, command: string, here: string, columns: number, paint: Paint): Summary {
  const finished = view.finished;
  const errors = [...warnings(view, paint), ...failures(view, here, paint)];
  if (finished === undefined) return { lines: [], errors };
  const { ran, reused, failed } = finished.steps;
  const totals = [`${plural(ran, 'step')} ran`, `${reused} reused`, ...(failed > 0 ? [`${failed} failed`] : [])].join(
    ', ',
  );
  const time = formatSeconds(finished.seconds);
  const show = (path: string): string => shortest(path, here);
  const lines = [
    '',
    ...scoreTable(finished.outputs, columns, paint),
    ...Object.entries(finished.outputs).flatMap(([name, value]) =>
      isTable(value) ? tableLines(name, value, columns, paint) : [],
    ),
    ...publishedLines(view.published, columns, paint),
    ...otherOutputs(finished.outputs, show, paint),
    ...(finished.run === '' ? [] : [`${paint.faint('run')}   ${show(finished.run)}`]),
  ];
  switch (finished.status) {
    case 'ok':
      return { lines: [...lines, `${paint.good('done')}  in ${time}: ${totals}`], errors };
    case 'failed':
      return {
        lines,
        errors: [
          ...errors,
          `${paint.bad('failed')} after ${time}: ${totals}`,
          ...repeat(command, 'the steps that are done are kept; to go on once this is mended'),
        ],
      };
    case 'cancelled':
      return {
        lines,
        errors: [
          ...errors,
          `${paint.careful('stopped')} after ${time}: ${totals}`,
          ...repeat(command, 'finished steps and checkpoints are kept; to continue'),
        ],
      };
  }
}

const repeat = (command: string, why: string): readonly string[] => [`${why}:`, `  ${command}`];

/** The scores in an output: itself, or the items of a list. */
function scoreRows(name: string, value: unknown): readonly (readonly [string, ScoresOutput])[] {
  if (isScores(value)) return [[name, value]];
  return Array.isArray(value) && value.every(isScores)
    ? value.map((item, index) => [`${name}[${index}]`, item] as const)
    : [];
}

/** One row an output of type Scores, or an item of one: `ACC NMI ARI`, as mean ± sample standard deviation where several runs were reduced. */
function scoreTable(outputs: Readonly<Record<string, unknown>>, columns: number, paint: Paint): readonly string[] {
  const rows = Object.entries(outputs).flatMap(([name, value]) => scoreRows(name, value));
  if (rows.length === 0) return [];
  const wide = columns >= 60;
  const cells = rows.map(([name, scores]) => [
    name,
    ...SCORES.map((key) => cell(scores, key, wide)),
    scores.runs === undefined ? '' : String(scores.runs),
  ]);
  const head = ['', 'ACC', 'NMI', 'ARI', rows.some(([, scores]) => scores.runs !== undefined) ? 'runs' : ''];
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]!.length)));
  widths[0] = Math.min(widths[0]!, Math.max(8, columns - 30));
  const row = (texts: readonly string[]): string =>
    texts
      .map((text, column) =>
        column === 0 ? clip(text, widths[0]!).padEnd(widths[0]!) : text.padStart(widths[column]!),
      )
      .join('  ')
      .trimEnd();
  return [paint.faint(row(head)), ...cells.map((texts) => paint.strong(row(texts))), ''];
}

function cell(scores: ScoresOutput, key: (typeof SCORES)[number], wide: boolean): string {
  const deviation = scores.deviation?.[key];
  return scores[key].toFixed(3) + (deviation === undefined || !wide ? '' : ` ± ${deviation.toFixed(3)}`);
}

function isScores(value: unknown): value is ScoresOutput {
  return (
    typeof value === 'object' &&
    value !== null &&
    SCORES.every((key) => typeof (value as Record<string, unknown>)[key] === 'number')
  );
}

function otherOutputs(
  outputs: Readonly<Record<string, unknown>>,
  show: (path: string) => string,
  paint: Paint,
): readonly string[] {
  return Object.entries(outputs).flatMap(([name, value]) => {
    if (isTable(value) || scoreRows(name, value).length > 0) return [];
    const texts = (Array.isArray(value) ? value : [value]).map((item) =>
      typeof item === 'string' ? show(item) : JSON.stringify(item),
    );
    return texts.map((text) => `${paint.faint(name.padEnd(4))}  ${text}`);
  });
}

/** A path as it is typed from here; an absolute one where that is no shorter. */
function shortest(path: string, here: string): string {
  if (!path.startsWith('/')) return path;
  const short = relative(here, path);
  return short !== '' && short.length < path.length && !short.startsWith('..') ? short : path;
}

function warnings(view: RunView, paint: Paint): readonly string[] {
  return view.warnings.map((warning) => `${paint.careful('warning')}: ${warning.step}: ${warning.message}`);
}

function failures(view: RunView, here: string, paint: Paint): readonly string[] {
  const failed = view.steps.filter((step) => step.state === 'failed');
  const skipped = count(view, 'skipped');
  return [
    ...failed.flatMap((step) => [
      `${paint.bad('error')}: ${paint.strong(step.id)} failed: ${step.message ?? 'no message'}`,
      ...(step.hint === undefined ? [] : [`  ${step.hint}`]),
      ...(step.log === undefined ? [] : [paint.faint(`  log: ${shortest(step.log, here)}`)]),
    ]),
    ...(skipped > 0 ? [`${plural(skipped, 'step')} could not run because of that`] : []),
  ];
}
