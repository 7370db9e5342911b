// `pipe run`: compile, then execute with a view of what happens. Ctrl-C asks the runner to stop, a second one leaves at once.
// The runner is imported after the first line is out: a terminal that stays empty for a second looks like a fault.
import type { Compiled } from '../../compile.ts';
import { diagnosticToJson } from '../../diagnostics/diagnostic-to-json.ts';
import { commandText } from '../command-text.ts';
import { compileProgram, reportDiagnostics } from '../compile-program.ts';
import { exitCode, UsageError, type ExitCode } from '../exit-code.ts';
import { drainOutput, isOutputClosed, onOutputClosed, writeErrorLine, writeLine } from '../output.ts';
import { paintFor } from '../paint.ts';
import { abandonedFinish, jsonLine, openJsonView, unplannedFinish } from '../progress/json.ts';
import { openProgress } from '../progress/progress.ts';
import type { ProgressView } from '../progress/progress-view.ts';
import { plural } from '../progress/quantities.ts';
import type { RunView } from '../progress/run-view.ts';
import { summarize } from '../progress/summary.ts';
import type { RunOptions } from '../options.ts';
import { optionsOf, readSavedPlan, savedPlan, stalePlan } from '../saved-plan-file.ts';
import { describeTerminal, type Terminal } from '../terminal.ts';
import { whatMoved, type SavedPlan } from '../../plan/saved-plan.ts';

/** `plan`: a saved plan to run as it stands, in place of a file and settings. */
export async function run(
  asked: string | undefined,
  given: RunOptions & { readonly plan?: string },
): Promise<ExitCode> {
  const saved = given.plan === undefined ? undefined : readSavedPlan(given.plan);
  if (saved !== undefined && asked !== undefined)
    throw new UsageError('a file and a plan', `${given.plan} says what to run: ${saved.question.file}.`);
  const file = saved?.question.file ?? asked;
  if (file === undefined)
    throw new UsageError('no program to run', 'Name a program, or --plan with a saved plan. See pipe run --help.');
  const options: RunOptions =
    saved === undefined ? given : { ...optionsOf(saved.question), ...(given.json === true ? { json: true } : {}) };
  const compiled = compileProgram(file, options);
  reportDiagnostics(compiled);
  if (options.json === true && compiled.diagnostics.length > 0) {
    const diagnostics = compiled.diagnostics.map((one) => diagnosticToJson(one, compiled.sources));
    writeLine(jsonLine({ event: 'diagnostics', diagnostics }));
  }
  if (compiled.graph === undefined) {
    if (options.json === true) writeLine(jsonLine(unplannedFinish('failed', process.uptime())));
    return exitCode.wrong;
  }
  if (saved !== undefined && given.plan !== undefined) await holdToPlan(given.plan, saved, compiled, options);

  const terminal = describeTerminal(process.stdout, process.env);
  const command = commandText(process.argv.slice(2));
  const title = `${file}: ${compiled.graph.pipeline.name}, ${plural(compiled.graph.steps.length, 'step')}`;
  const progress = options.json === true ? openJsonView(writeLine) : await openProgress(title, terminal, writeLine);
  const interrupt = listenForInterrupts(progress, async () => {
    await progress.close();
    const view = progress.view();
    if (options.json === true) writeLine(jsonLine(abandonedFinish(view, process.uptime())));
    else writeErrorLine(`stopped at once; to continue:\n  ${command}`);
    await drainOutput();
    process.exit(exitCode.cancelled);
  });
  try {
    const { execute } = await import('../../execute.ts');
    const finished = await execute({
      graph: compiled.graph,
      store: options.cache,
      // Where the plan said `auto`, the engine that it was made for: a run may try a GPU that a plan does not.
      engine: saved?.engine ?? options.engine,
      threads: options.threads,
      jobs: options.jobs,
      command,
      dataFolder: process.env['PIPE_DATA'] || undefined,
      signal: interrupt.signal,
      listener: progress.listener,
    });
    await progress.close();
    // Whoever left (`| head`) wants to hear no more.
    if (options.json !== true && !isOutputClosed()) conclude(progress.view(), command, terminal);
    return { ok: exitCode.done, failed: exitCode.failed, cancelled: exitCode.cancelled }[finished.status];
  } catch (error) {
    await progress.close();
    throw error;
  } finally {
    interrupt.release();
  }
}

/** Throws UsageError where anything that a saved plan goes by has moved. */
async function holdToPlan(path: string, saved: SavedPlan, compiled: Compiled, options: RunOptions): Promise<void> {
  const { plan } = await import('../../execute.ts');
  const planned = await plan({
    graph: compiled.graph!,
    store: options.cache,
    ...{ engine: options.engine, threads: options.threads, jobs: options.jobs },
    dataFolder: process.env['PIPE_DATA'] || undefined,
  });
  const moved = whatMoved(saved, savedPlan(saved.question, compiled, planned));
  if (moved.length > 0) throw stalePlan(path, saved, moved);
}

function conclude(view: RunView, command: string, terminal: Terminal): void {
  const stderr = describeTerminal(process.stderr, process.env);
  const here = process.cwd();
  for (const line of summarize(view, command, here, terminal.columns, paintFor(terminal.color)).lines) writeLine(line);
  for (const line of summarize(view, command, here, stderr.columns, paintFor(stderr.color)).errors)
    writeErrorLine(line);
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The returned signal is aborted by the first interrupt, or when nobody reads the output any more. */
function listenForInterrupts(
  progress: Pick<ProgressView, 'stopping'>,
  leaveAtOnce: () => Promise<never>,
): {
  readonly signal: AbortSignal;
  release(): void;
} {
  const controller = new AbortController();
  const stop = (): void => {
    if (!controller.signal.aborted) {
      controller.abort(new Error('stopped'));
      progress.stopping();
      return;
    }
    // The second time nothing is waited for. Workers end themselves when the runner is gone; the store is safe at every moment.
    void leaveAtOnce();
  };
  for (const name of SIGNALS) process.on(name, stop);
  onOutputClosed(() => {
    if (!controller.signal.aborted) controller.abort(new Error('nobody reads the output'));
  });
  return {
    signal: controller.signal,
    release: () => {
      for (const name of SIGNALS) process.off(name, stop);
    },
  };
}
