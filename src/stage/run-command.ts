// A step that is a command of the user's own: writes its inputs as files, runs it, reads the files that it wrote. In: a task; out: values,
// held to the types that the stage declares. No shell is between: the text is split at spaces, and a name in braces is one argument or
// part of one, whatever it stands for. The command is in the process group of the worker, so it dies with it.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { ArtifactKind } from '../artifacts/artifact.ts';
import { fileExtension } from '../artifacts/codec.ts';
import { storing } from '../cache/store-error.ts';
import { errorCode, readIfThere, type FileSystem } from '../platform/file-system.ts';
import { heldToType } from './command-output.ts';
import { requireFiles } from './required-files.ts';
import { StageError } from './stage-error.ts';
import type { Task, TaskInput, TaskInputFile } from './task.ts';

/** After it was asked to stop. */
const GRACE = 5000;
/** What it has started may hold its output open for this long after its end. */
const DRAIN = 500;
const TAIL_LINES = 20;

type Command = NonNullable<Task['command']>;

/**
 * @param read gives the bytes of an input after comparing them with their digest
 * @throws StageError where it cannot be started, fails, or writes something else than the stage declares
 */
export async function runCommand(
  task: Task,
  command: Command,
  files: FileSystem,
  read: (input: TaskInputFile) => Promise<Uint8Array>,
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  await requireFiles(command, files);
  const folder = join(dirname(task.outputFolder), 'command');
  const texts = new Map<string, string>();
  for (const [name, value] of Object.entries(task.parameters)) texts.set(name, textOf(value));
  await storing('cannot write the inputs of a command', async () => {
    await files.makeFolder(folder);
    for (const [name, input] of Object.entries(task.inputs))
      texts.set(name, await writeInput(files, join(folder, name), input, read));
  });
  const written = new Map(
    task.outputs.map(({ name, kind }) => [name, join(folder, `${name}${fileExtension(kind as ArtifactKind)}`)]),
  );
  for (const [name, file] of written) texts.set(name, file);

  await run(argumentsOf(command.parts, texts), command.folder, task.supervised, signal);

  const values: Record<string, unknown> = {};
  for (const { name, kind, type } of task.outputs) {
    const bytes = await readIfThere(files, written.get(name)!);
    if (bytes === undefined)
      throw new StageError(`its command wrote no ${name}`, `It must write the file that {${name}} stands for.`);
    values[name] = heldToType(name, kind as ArtifactKind, type, bytes);
  }
  return values;
}

/** The arguments of a command: words parted by spaces, `'…'` for a word with spaces; names in braces are put in behind that. */
export function argumentsOf(parts: Command['parts'], texts: ReadonlyMap<string, string>): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let isQuoted = false;
  for (const part of parts) {
    if (typeof part !== 'string') {
      word = (word ?? '') + (texts.get(part.name) ?? '');
      continue;
    }
    for (const character of part) {
      if (character === "'") {
        isQuoted = !isQuoted;
        word ??= '';
      } else if (!isQuoted && /\s/.test(character)) {
        if (word !== undefined) words.push(word);
        word = undefined;
      } else word = (word ?? '') + character;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}

/** A parameter as an argument: a list with commas, an absent one empty. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(',');
  return value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
}

/** A copy, so that a command that writes to it damages nothing. A list is a folder of files named 0, 1, … */
async function writeInput(
  files: FileSystem,
  place: string,
  input: TaskInput,
  read: (input: TaskInputFile) => Promise<Uint8Array>,
): Promise<string> {
  if (Array.isArray(input)) {
    await files.makeFolder(place);
    for (const [index, item] of (input as readonly TaskInput[]).entries())
      await writeInput(files, join(place, String(index)), item, read);
    return place;
  }
  const file = input as TaskInputFile;
  const path = `${place}${fileExtension(file.kind as ArtifactKind)}`;
  await files.write(path, await read(file), { durable: false });
  return path;
}

function run(words: readonly string[], folder: string, supervised: boolean, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const child = start(words, folder);
    let said = '';
    child.stdout.on('data', (text: Buffer) => process.stderr.write(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      process.stderr.write(text);
      said = (said + text).slice(-16_384);
    });
    let timer: NodeJS.Timeout | undefined;
    const stop = (): void => {
      if (!(supervised && toldGroup('SIGTERM'))) child.kill('SIGTERM');
      timer = setTimeout(() => child.kill('SIGKILL'), GRACE);
    };
    signal.addEventListener('abort', stop);
    const settle = (error?: Error): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      if (error === undefined) resolve();
      else reject(signal.aborted ? (signal.reason as Error) : error);
    };
    child.on('error', (error) => settle(notStarted(words, folder, error)));
    const ended = (code: number | null, killed: NodeJS.Signals | null): void => {
      if (code === 0) return settle();
      const tail = said.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
      const how = killed === null ? `ended with exit code ${code}` : `was killed (${killed})`;
      settle(new StageError(`its command ${how}${tail === '' ? '' : `:\n${tail}`}`, `It was: ${words.join(' ')}`));
    };
    // 'close' also waits for the output of what the command has left running, which may be for ever.
    child.on('exit', (code, killed) => {
      clearTimeout(timer);
      timer = setTimeout(() => ended(code, killed), DRAIN);
    });
    child.on('close', (code, killed) => {
      clearTimeout(timer);
      ended(code, killed);
    });
  });
}

/** @throws StageError for what no system could start: no name at all, or a character that no argument can hold */
function start(words: readonly string[], cwd: string): ChildProcessByStdio<null, Readable, Readable> {
  const [program = '', ...rest] = words;
  if (program === '') throw new StageError('its command cannot be started: its first word, the program, is empty');
  try {
    return spawn(program, rest, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    throw notStarted(words, cwd, error as Error);
  }
}

function notStarted([program]: readonly string[], folder: string, error: Error): StageError {
  return errorCode(error) === 'ENOENT'
    ? new StageError(`its command cannot be started: there is no program "${program}" (in ${folder})`)
    : new StageError(`its command cannot be started: ${error.message}`);
}

/** A supervised worker leads its process group: the command, and what that has started. The worker itself is stopping already. */
function toldGroup(signal: NodeJS.Signals): boolean {
  try {
    process.kill(-process.pid, signal);
    return true;
  } catch {
    // It leads none, or the system has none.
    return false;
  }
}
