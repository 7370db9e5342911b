// A worker as a process of this machine. In: the worker's entry, a task file, a log file; out: its events, and how it ended.
// The process has a session of its own: Ctrl-C in the terminal reaches the runner alone, which decides what becomes of its workers.
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { trainingEnvironment } from '../platform/training-environment.ts';
import { describeStoreFault, StoreError } from '../cache/store-error.ts';
import type { TaskEnd, TaskEvent } from '../stage/task.ts';

/** A worker that ended without saying how. */
export interface Crash {
  readonly event: 'crashed';
  readonly message: string;
  readonly hint?: string;
}

export interface RunningTask {
  /** Never rejects. */
  readonly end: Promise<TaskEnd | Crash>;
  /** Asks it to save a checkpoint and stop; kills it when it has not stopped after a while. */
  stop(): void;
  /** At once. */
  kill(): void;
}

/** Starts the worker on a task. `onEvent` hears everything but the end. */
export type StartTask = (
  taskFile: string,
  logFile: string,
  onEvent: (event: Exclude<TaskEvent, TaskEnd>) => void,
) => RunningTask;

/** How long a worker may take to come to a checkpoint after it was asked to stop. */
const STOP_GRACE = 10_000;
const LOG_TAIL_LINES = 12;

/** @param entry the file of the worker, such as `dist/stage-worker.js`. */
export function workerProcesses(entry: string, stopGrace = STOP_GRACE): StartTask {
  return (taskFile, logFile, onEvent) => {
    const log = openSync(logFile, 'a');
    let child: ChildProcess;
    try {
      child = spawn(process.execPath, ['--enable-source-maps', entry, taskFile], {
        detached: true,
        env: trainingEnvironment(process.env),
        stdio: ['pipe', log, log, 'pipe'],
      });
    } finally {
      closeSync(log);
    }
    alive.add(child);
    killAllAtExit();

    let timer: NodeJS.Timeout | undefined;
    let killed = false;
    const kill = (): void => {
      killed = true;
      killGroup(child);
    };
    const end = new Promise<TaskEnd | Crash>((resolve) => {
      let said: TaskEnd | undefined;
      // A process that could not be started for want of file descriptors has no pipes at all; `error` follows.
      const channel = (child.stdio as ChildProcess['stdio'] | undefined)?.[3] as Readable | undefined;
      if (channel !== undefined) {
        createInterface({ input: channel, crlfDelay: Infinity }).on('line', (line) => {
          const event = parse(line);
          if (event === undefined) return;
          if (isEnd(event)) said = event;
          else onEvent(event);
        });
      }
      // 'close' comes after the process has ended and its pipes are drained.
      child.on('close', (code, signal) => {
        clearTimeout(timer);
        alive.delete(child);
        // What a stage may have left running goes with it.
        killGroup(child);
        resolve(said ?? (killed ? { event: 'cancelled' } : crash(code, signal, logFile)));
      });
      child.on('error', (error) => {
        clearTimeout(timer);
        alive.delete(child);
        resolve(notStarted(error));
      });
      // A worker that has just died cannot be told anything; its end says what happened.
      child.stdin?.on('error', () => undefined);
    });
    return {
      end,
      stop() {
        child.stdin?.write('stop\n');
        timer ??= setTimeout(kill, stopGrace);
      },
      kill,
    };
  };
}

function parse(line: string): TaskEvent | undefined {
  try {
    return JSON.parse(line) as TaskEvent;
  } catch {
    // The last line of a process that was killed while it wrote.
    return undefined;
  }
}

function isEnd(event: TaskEvent): event is TaskEnd {
  return event.event !== 'progress' && event.event !== 'log';
}

function notStarted(error: Error): Crash {
  const message = 'its process could not be started';
  const known = describeStoreFault(message, error);
  if (known instanceof StoreError) return { event: 'crashed', message: known.message, hint: known.hint };
  return { event: 'crashed', message: `${message}: ${error.message}` };
}

function crash(code: number | null, signal: NodeJS.Signals | null, logFile: string): Crash {
  const tail = logTail(logFile);
  const said = tail === '' ? '' : `\n${tail}`;
  if (signal === 'SIGKILL') {
    return {
      event: 'crashed',
      message: `its process was killed (SIGKILL)${said}`,
      hint: 'This is most often the system running out of memory. Use less data or a smaller batch, or run fewer steps at once with --jobs.',
    };
  }
  return { event: 'crashed', message: `its process ended unexpectedly (${signal ?? `exit code ${code}`})${said}` };
}

function logTail(logFile: string): string {
  return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-LOG_TAIL_LINES).join('\n');
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nothing of the group is left.
  }
}

/** When this process exits in a hurry (a second Ctrl-C), no worker may outlive it. */
const alive = new Set<ChildProcess>();
let hooked = false;

function killAllAtExit(): void {
  if (hooked) return;
  hooked = true;
  process.on('exit', () => alive.forEach(killGroup));
}
