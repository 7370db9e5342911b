// `pipe plan`: for every step whether it would run, be reused, or depends on what runs before it, and why. Runs nothing.
import { wrap } from '../../diagnostics/display-width.ts';
import { compileOrReport } from '../compile-program.ts';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { writeLine } from '../output.ts';
import { type Paint, paintFor } from '../paint.ts';
import { formatSeconds, plural } from '../progress/quantities.ts';
import type { RunOptions } from '../options.ts';
import { describeTerminal } from '../terminal.ts';
import type { Plan, PlannedStep } from '../../plan/plan.ts';
import type { Verdict } from '../../run/events.ts';

export async function plan(file: string, options: RunOptions): Promise<ExitCode> {
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
  if (options.json === true) {
    writeLine(JSON.stringify(planned, null, 2));
    return exitCode.done;
  }
  const { color, columns } = describeTerminal(process.stdout, process.env);
  for (const line of describePlan(planned, columns, paintFor(color))) writeLine(line);
  return exitCode.done;
}

/** One step a line: verdict, name, reason; on a narrow terminal the reason stands below. */
export function describePlan(planned: Plan, columns: number, paint: Paint): readonly string[] {
  const color: Readonly<Record<Verdict, (text: string) => string>> = {
    reuse: paint.good,
    run: paint.active,
    depends: paint.careful,
  };
  const width = Math.max(0, ...planned.steps.map(({ step }) => step.length));
  const beside = columns - width - 12 >= 24;
  const lines = planned.steps.flatMap((step) => {
    const head = `${color[step.verdict](step.verdict.padEnd(7))}  ${paint.strong(beside ? step.step.padEnd(width) : step.step)}`;
    const reason = reasonText(step);
    const indent = ' '.repeat(beside ? width + 11 : 4);
    const [first = '', ...rest] = wrap(reason, columns - indent.length);
    return beside
      ? [`${head}  ${paint.faint(first)}`.trimEnd(), ...rest.map((text) => indent + paint.faint(text))]
      : [head, ...[first, ...rest].map((text) => indent + paint.faint(text))];
  });
  return [...lines, '', totals(planned)];
}

function reasonText(step: PlannedStep): string {
  const took = step.seconds === undefined || step.verdict === 'reuse' ? '' : ` (took ${formatSeconds(step.seconds)})`;
  return step.reason + took;
}

function totals(planned: Plan): string {
  const of = (verdict: Verdict): readonly PlannedStep[] => planned.steps.filter((step) => step.verdict === verdict);
  const saved = of('reuse').reduce((sum, step) => sum + (step.seconds ?? 0), 0);
  const parts = [
    `${plural(planned.steps.length, 'step')} on ${planned.engine}: ${of('run').length} to run`,
    ...(of('depends').length > 0 ? [`${of('depends').length} depending on what these give`] : []),
    `${of('reuse').length} to reuse${saved > 0 ? ` (${formatSeconds(saved)} saved)` : ''}`,
  ];
  return parts.join(', ');
}
