// `pipe plan`: for every step whether it would run, be reused, or depends on what runs before it, and why; and what the whole would take in
// time, memory and disk. Runs nothing.
import { wrap } from '../../diagnostics/display-width.ts';
import { compileOrReport } from '../compile-program.ts';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { writeLine } from '../output.ts';
import { type Paint, paintFor } from '../paint.ts';
import { formatBytes, formatSeconds, plural } from '../progress/quantities.ts';
import type { RunOptions } from '../options.ts';
import { planQuestion, savedPlan, writeSavedPlan } from '../saved-plan-file.ts';
import { describeTerminal } from '../terminal.ts';
import type { Estimate, Totals } from '../../plan/estimate.ts';
import type { Plan, PlannedStep } from '../../plan/plan.ts';
import type { Verdict } from '../../run/events.ts';

export async function plan(file: string, options: RunOptions & { readonly save?: string }): Promise<ExitCode> {
  const compiled = compileOrReport(file, options);
  if (compiled.graph === undefined) return exitCode.wrong;
  const { plan: planRun } = await import('../../execute.ts');
  const planned = await planRun({
    graph: compiled.graph,
    store: options.cache,
    engine: options.engine,
    threads: options.threads,
    jobs: options.jobs,
    dataFolder: process.env['PIPE_DATA'] || undefined,
  });
  if (options.save !== undefined)
    writeSavedPlan(options.save, savedPlan(planQuestion(file, options), compiled, planned));
  if (options.json === true) {
    writeLine(JSON.stringify(planToJson(planned), null, 2));
    return exitCode.done;
  }
  const { color, columns } = describeTerminal(process.stdout, process.env);
  writeLine(describePlan(planned, columns, paintFor(color)).join('\n'));
  if (options.save !== undefined) writeLine(`saved: pipe run --plan ${options.save}`);
  return exitCode.done;
}

/** What is shown of a plan. */
export interface ShownPlan extends Plan {
  readonly estimates: ReadonlyMap<string, Estimate>;
  readonly totals: Totals;
}

function planToJson({ pipeline, engine, note, threads, steps, estimates, totals }: ShownPlan): unknown {
  const withEstimate = steps.map((step) => ({ ...step, estimate: estimates.get(step.step) }));
  return { pipeline, engine, note, threads, steps: withEstimate, totals };
}

/** One step a line: verdict, name, reason; on a narrow terminal the reason stands below. */
export function describePlan(planned: ShownPlan, columns: number, paint: Paint): readonly string[] {
  const color: Readonly<Record<Verdict, (text: string) => string>> = {
    reuse: paint.good,
    run: paint.active,
    depends: paint.careful,
  };
  const width = Math.max(0, ...planned.steps.map(({ step }) => step.length));
  const beside = columns - width - 12 >= 24;
  const lines = planned.steps.flatMap((step) => {
    const head = `${color[step.verdict](step.verdict.padEnd(7))}  ${paint.strong(beside ? step.step.padEnd(width) : step.step)}`;
    const reason = reasonText(step, planned.estimates.get(step.step));
    const indent = ' '.repeat(beside ? width + 11 : 4);
    const [first = '', ...rest] = wrap(reason, columns - indent.length);
    return beside
      ? [`${head}  ${paint.faint(first)}`.trimEnd(), ...rest.map((text) => indent + paint.faint(text))]
      : [head, ...[first, ...rest].map((text) => indent + paint.faint(text))];
  });
  return [
    ...lines,
    '',
    ...[countsOf(planned), ...totalLines(planned.totals)].flatMap((text) => wrapped(text, columns)),
    ...notesOf(planned.steps).flatMap((text) => wrapped(text, columns)),
    ...(planned.note === undefined ? [] : wrap(planned.note, columns).map(paint.careful)),
  ];
}

/** What is to be said of results, each once, with the steps that it is said of. */
function notesOf(steps: readonly PlannedStep[]): readonly string[] {
  const notes = new Map<string, string[]>();
  for (const { step, note } of steps) {
    if (note === undefined) continue;
    const of = notes.get(note);
    if (of === undefined) notes.set(note, [step]);
    else of.push(step);
  }
  return [...notes].map(([note, of]) => `${'note'.padEnd(LABEL)}${someSteps(of)}: ${note}`);
}

const someSteps = (steps: readonly string[]): string =>
  `${steps.slice(0, 3).join(', ')}${steps.length > 3 ? ` and ${steps.length - 3} more` : ''}`;

/** Continued below the first word's column. */
function wrapped(text: string, columns: number): readonly string[] {
  return wrap(text, columns - LABEL).map((part, index) => (index === 0 ? part : ' '.repeat(LABEL) + part));
}

function reasonText(step: PlannedStep, estimate: Estimate | undefined): string {
  if (step.verdict === 'reuse' || estimate === undefined) return step.reason;
  const facts = [
    ...(estimate.seconds === undefined ? [] : [`about ${formatSeconds(estimate.seconds)}`]),
    ...(estimate.memory === undefined || estimate.memory < WORTH_SAYING
      ? []
      : [`${formatBytes(estimate.memory)} of memory`]),
  ];
  return facts.length === 0 ? step.reason : `${step.reason} (${facts.join(', ')})`;
}

/** Bytes: any worker takes as much before it does anything. */
const WORTH_SAYING = 128 * 2 ** 20;

/** Columns of the words that totals begin with. */
const LABEL = 8;

function totalLines({ seconds, critical, unknown, memory, bytes, depends }: Totals): readonly string[] {
  const line = (label: string, parts: readonly string[]): readonly string[] =>
    parts.length === 0 ? [] : [label.padEnd(LABEL) + parts.join('; ')];
  const more = (amount: string): string => `up to ${amount} more for what depends`;
  return [
    ...line('time', [
      ...(seconds > 0
        ? [
            `about ${formatSeconds(seconds)} of work, ${formatSeconds(critical.seconds)} at least: ${critical.steps.join(' → ')}`,
          ]
        : []),
      ...(depends.seconds > 0 ? [more(formatSeconds(depends.seconds))] : []),
      ...(unknown.length > 0 ? [`nothing is known yet of ${someSteps(unknown)}`] : []),
    ]),
    ...line(
      'memory',
      memory === undefined ? [] : [`about ${formatBytes(memory.bytes)} at most in one step: ${memory.step}`],
    ),
    ...line('disk', [
      ...(bytes > 0 ? [`about ${formatBytes(bytes)}`] : []),
      ...(depends.bytes > 0 ? [more(formatBytes(depends.bytes))] : []),
    ]),
  ];
}

function countsOf(planned: ShownPlan): string {
  const of = (verdict: Verdict): readonly PlannedStep[] => planned.steps.filter((step) => step.verdict === verdict);
  const { saved } = planned.totals;
  const parts = [
    `${plural(planned.steps.length, 'step')} on ${planned.engine}: ${of('run').length} to run`,
    ...(of('depends').length > 0 ? [`${of('depends').length} depending on what these give`] : []),
    `${of('reuse').length} to reuse${saved > 0 ? ` (${formatSeconds(saved)} saved)` : ''}`,
  ];
  return parts.join(', ');
}
