// Runs a program to its end in a process of its own, with a limit of time, for what may crash, hang or not be there.
import { execFile } from 'node:child_process';

export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  /** How it ended where it did not end well: `crashed (SIGSEGV)`. */
  readonly problem: string | undefined;
}

export function runApart(
  program: string,
  argumentList: readonly string[],
  options: { readonly timeoutMs: number; readonly cwd?: string; readonly env?: NodeJS.ProcessEnv },
): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      program,
      [...argumentList],
      {
        timeout: options.timeoutMs,
        // A driver that hangs may also be deaf.
        killSignal: 'SIGKILL',
        cwd: options.cwd,
        env: options.env ?? process.env,
        windowsHide: true,
      },
      (failure, stdout, stderr) => resolve({ stdout, stderr, problem: problemOf(failure, options.timeoutMs) }),
    );
  });
}

function problemOf(
  failure: (Error & { code?: unknown; killed?: boolean; signal?: string | null }) | null,
  timeoutMs: number,
): string | undefined {
  if (failure === null) return undefined;
  if (failure.killed === true) return `did not end within ${timeoutMs / 1000} s`;
  if (typeof failure.signal === 'string') return `crashed (${failure.signal})`;
  return failure.code === 'ENOENT' ? 'is not there' : `ended with exit code ${String(failure.code)}`;
}

/** What a program of the system prints; undefined where it fails or is not there. */
export async function ask(program: string, argumentList: readonly string[]): Promise<string | undefined> {
  const { stdout, problem } = await runApart(program, argumentList, { timeoutMs: 10_000 });
  return problem === undefined ? stdout : undefined;
}
