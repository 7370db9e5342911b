// `pipe bench train-step`: how long one training step takes, for comparison with other frameworks (see docs/benchmarks.md), and how long it takes to
// compile: for the first time, and in a process that finds it stored. The second process is this command with --compile-only.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiledSteps, type CompiledSteps } from '../../cache/compiled-steps.ts';
import type { TrainStepBench } from '../../engine/bench/train-step.ts';
import { realClock } from '../../platform/clock.ts';
import { realHost } from '../../platform/host.ts';
import { programFile } from '../../platform/program-file.ts';
import { realFileSystem } from '../../platform/real-file-system.ts';
import { runApart } from '../../platform/run-apart.ts';
import { isTrainingEnvironment, trainingEnvironment } from '../../platform/training-environment.ts';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { writeErrorLine, writeLine } from '../output.ts';

export interface TrainStepOptions extends TrainStepBench {
  /** Compiles the step, with compiled steps kept in this folder, and does nothing else. */
  readonly compileOnly?: string;
  readonly json?: boolean;
}

/** What --compile-only prints. */
interface Compiled {
  readonly compile_ms: number;
  readonly stored: boolean;
}

const COMPILE_LIMIT_MS = 10 * 60_000;

export async function benchmarkTrainStep({ compileOnly, json, ...options }: TrainStepOptions): Promise<ExitCode> {
  const { benchCompile, benchTrainStep } = await import('../../engine/bench/train-step.ts');
  if (compileOnly !== undefined) {
    const cache = countingCache(compileOnly);
    const compiled: Compiled = { compile_ms: await benchCompile(options, cache), stored: cache.hits() > 0 };
    writeLine(JSON.stringify(compiled));
    return exitCode.done;
  }
  if (!isTrainingEnvironment(process.env)) return inTrainingEnvironment();
  const folder = await mkdtemp(join(tmpdir(), 'pipe-bench-step-'));
  try {
    const timing = await benchTrainStep(options, countingCache(folder));
    // A profile would be written over by the second process; engines that store nothing would only compile again.
    const again = options.engine === 'cpu' && options.profile === undefined ? await compiledAgain(folder) : undefined;
    if (json === true)
      writeLine(JSON.stringify({ ...timing, ...(again === undefined ? {} : { compile_stored_ms: again }) }));
    else
      writeLine(
        `${timing.model}, batch ${timing.batch}, ${timing.size}×${timing.size}×${timing.channels}, bank ${timing.bank}, ${timing.engine}, ${timing.threads} thread${timing.threads === 1 ? '' : 's'}: ` +
          `${timing.step_ms} ms a step (${timing.idle_ms} ms of it between computations), ${timing.images_per_s} images/s ` +
          `(compiled in ${timing.compile_ms} ms${again === undefined ? '' : `, ${again} ms once stored`}, at most ${timing.peak_mib} MiB of memory)`,
      );
    return exitCode.done;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** This command in a process like those that train. */
async function inTrainingEnvironment(): Promise<ExitCode> {
  const child = spawn(process.execPath, [programFile('cli.js'), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: trainingEnvironment(process.env),
  });
  const [code] = (await once(child, 'exit')) as [ExitCode | null];
  return code ?? exitCode.failed;
}

/** Milliseconds in a fresh process with the same options, which finds the compiled step in the folder; undefined where it does not. */
async function compiledAgain(folder: string): Promise<number | undefined> {
  const command = [programFile('cli.js'), ...process.argv.slice(2), '--compile-only', folder];
  const { stdout, stderr, problem } = await runApart(process.execPath, command, { timeoutMs: COMPILE_LIMIT_MS });
  if (problem !== undefined) {
    writeErrorLine(`the process that compiles the stored step ${problem}: ${stderr.trim()}`);
    return undefined;
  }
  const { compile_ms, stored } = JSON.parse(stdout) as Compiled;
  return stored ? compile_ms : undefined;
}

function countingCache(folder: string): CompiledSteps & { hits(): number } {
  const cache = compiledSteps({
    ...{ files: realFileSystem, clock: realClock, folder, host: realHost() },
    warn: (message) => writeErrorLine(`warning: ${message}`),
  });
  let hits = 0;
  return {
    ...cache,
    hits: () => hits,
    async read(key) {
      const found = await cache.read(key);
      if (found !== undefined) hits += 1;
      return found;
    },
  };
}
