// A runner in a process of its own, for tests that kill it.
import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TypedGraph } from '../../src/graph/typed-graph.ts';
import type { RunEvent } from '../../src/run/events.ts';
import type { BuiltPrograms } from './built-programs.ts';

export interface RunnerProcess {
  readonly child: ChildProcess;
  readonly events: readonly RunEvent[];
  /** Resolves with the exit code, or the signal. */
  readonly exit: Promise<number | string>;
  /** Resolves when an event of this kind has come; rejects when the runner ends without. */
  until(kind: RunEvent['event'], test?: (event: RunEvent) => boolean): Promise<void>;
  stderr(): string;
}

let count = 0;

export function startRunner(
  built: BuiltPrograms,
  graph: TypedGraph,
  store: string,
  env: Readonly<Record<string, string>> = {},
): RunnerProcess {
  count += 1;
  const request = join(built.folder, `request-${count}.json`);
  writeFileSync(request, JSON.stringify({ graph, store, worker: built.worker }));
  // A limit of open files can only be set by a shell.
  const limit = env['PIPE_TEST_OPEN_FILES'];
  const [program, ...given] =
    limit === undefined
      ? [process.execPath, built.runner, request]
      : ['bash', '-c', `ulimit -n ${limit}; exec "$@"`, 'bash', process.execPath, built.runner, request];
  const child = spawn(program, given, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const events: RunEvent[] = [];
  const listeners = new Set<() => void>();
  let stderr = '';
  let ended = false;
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  createInterface({ input: child.stdout }).on('line', (line) => {
    events.push(JSON.parse(line) as RunEvent);
    for (const listener of listeners) listener();
  });
  const exit = new Promise<number | string>((resolve) => {
    child.on('close', (code, signal) => {
      ended = true;
      for (const listener of listeners) listener();
      resolve(code ?? signal ?? 'unknown');
    });
  });
  return {
    ...{ child, events, exit },
    until: (kind, test = () => true) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (events.some((event) => event.event === kind && test(event))) resolve();
          else if (ended) reject(new Error(`the runner ended without ${kind}: ${stderr}`));
          else return;
          listeners.delete(look);
        };
        listeners.add(look);
        look();
      }),
    stderr: () => stderr,
  };
}

/** Processes of this machine whose command line holds a text. */
export function processesWith(text: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Waits until a condition holds; throws after `seconds`. */
export async function eventually(what: string, condition: () => boolean, seconds = 50): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await sleep(25);
  }
}
