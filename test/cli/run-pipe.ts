// Starts the real, built command line as a process and collects what it says. The environment is its own, so that a developer's
// PIPE_DATA, NO_COLOR or CI changes no test.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { RunEvent } from '../../src/run/events.ts';
import { distribution } from '../distribution.ts';

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What stands on stdin; nothing where it is left out. */
  readonly input?: string;
  /** Run as this user, which needs root. */
  readonly uid?: number;
  /** Stop reading stdout after the first line, as `| head -n 1` does. */
  readonly closeAfterFirstLine?: boolean;
  /** Called with all of stdout so far whenever more comes. */
  readonly onOutput?: (stdout: string, kill: (signal: NodeJS.Signals) => void) => void;
}

export function runPipe(argumentList: readonly string[], options: StartOptions = {}): Promise<Finished> {
  const { cli, root } = distribution();
  const child = spawn(process.execPath, [cli, ...argumentList], {
    cwd: options.cwd ?? root,
    env: { PATH: process.env['PATH'] ?? '', HOME: tmpdir(), ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  });
  // A program that ends without reading closes it first.
  child.stdin.on('error', () => undefined).end(options.input);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    options.onOutput?.(stdout, (signal) => child.kill(signal));
    if (options.closeAfterFirstLine === true && stdout.includes('\n')) child.stdout.destroy();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pipe-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A program in a folder of its own; gives its path. */
export function program(text: string, name = 'program.pipe'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
}

export type Line =
  RunEvent | { readonly event: 'diagnostics'; readonly diagnostics: readonly Record<string, unknown>[] };

/** Every line of `--json` output, parsed; throws where one is not JSON. */
export const eventsOf = (finished: Finished): readonly Line[] =>
  finished.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
