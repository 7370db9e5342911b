// A step that is a command of the user's own: writes its inputs as files, runs it, reads the files that it wrote. In: a task; out: values,
// held to the types that the stage declares. No shell is between: the text is split at spaces, and a name in braces is one argument or
// part of one, whatever it stands for. The command is in the process group of the worker, so it dies with it.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { ArtifactError } from '../artifacts/artifact-error.ts';
import type { ArtifactKind, ArtifactValues } from '../artifacts/artifact.ts';
import { decodeArtifact, fileExtension } from '../artifacts/codec.ts';
import { storing } from '../cache/store-error.ts';
import { errorCode, readIfThere, type FileSystem } from '../platform/file-system.ts';
import { StageError } from './stage.ts';
import type { Task, TaskInput, TaskInputFile } from './task.ts';

/** After it was asked to stop. */
const GRACE = 5000;
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

  await run(argumentsOf(command.parts, texts), command.folder, signal);

  const values: Record<string, unknown> = {};
  for (const { name, kind, type } of task.outputs) {
    const bytes = await readIfThere(files, written.get(name)!);
    if (bytes === undefined)
      throw new StageError(`its command wrote no ${name}`, `It must write the file that {${name}} stands for.`);
    values[name] = decoded(name, kind as ArtifactKind, type, bytes);
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

function run([program = '', ...rest]: readonly string[], folder: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const child = spawn(program, rest, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stdout.on('data', (text: Buffer) => process.stderr.write(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      process.stderr.write(text);
      said = (said + text).slice(-16_384);
    });
    let timer: NodeJS.Timeout | undefined;
    const stop = (): void => {
      child.kill('SIGTERM');
      timer = setTimeout(() => child.kill('SIGKILL'), GRACE);
    };
    signal.addEventListener('abort', stop);
    const settle = (error?: Error): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      if (error === undefined) resolve();
      else reject(signal.aborted ? (signal.reason as Error) : error);
    };
    child.on('error', (error) =>
      settle(
        errorCode(error) === 'ENOENT'
          ? new StageError(`its command cannot be started: there is no program "${program}" (in ${folder})`)
          : new StageError(`its command cannot be started: ${error.message}`),
      ),
    );
    child.on('close', (code, killed) => {
      if (code === 0) return settle();
      const tail = said.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
      const how = killed === null ? `ended with exit code ${code}` : `was killed (${killed})`;
      settle(
        new StageError(
          `its command ${how}${tail === '' ? '' : `:\n${tail}`}`,
          `It was: ${[program, ...rest].join(' ')}`,
        ),
      );
    });
  });
}

function decoded(name: string, kind: ArtifactKind, type: string, bytes: Uint8Array): unknown {
  let value: ArtifactValues[ArtifactKind];
  try {
    value = decodeArtifact(kind, bytes);
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    const hint =
      fileExtension(kind) === '.safetensors'
        ? `A safetensors file says what it holds: metadata {"kind": "${kind}"}.`
        : undefined;
    throw new StageError(`what its command wrote as ${name} is no ${kind}: ${error.message}`, hint);
  }
  const wanted = /<(.*)>$/.exec(type)?.[1]?.split(', ') ?? [];
  const sizes = sizesOf(kind, value);
  if (sizes !== undefined && wanted.some((size, at) => /^\d+$/.test(size) && Number(size) !== sizes[at]))
    throw new StageError(`its command wrote ${kind}<${sizes.join(', ')}> as ${name}, and the stage declares ${type}`);
  return value;
}

/** The dimensions of a value in the order of its type; undefined where they do not stand in it. */
function sizesOf(kind: ArtifactKind, value: ArtifactValues[ArtifactKind]): readonly number[] | undefined {
  const of = value as never;
  const read: { readonly [K in ArtifactKind]?: (value: ArtifactValues[K]) => readonly number[] } = {
    Images: ({ count, height, width, channels }) => [count, height, width, channels],
    Labels: ({ values, names }) => [values.length, names.length],
    Encoder: ({ height, width, channels, dimension }) => [height, width, channels, dimension],
    Features: ({ count, dimension }) => [count, dimension],
    Clusters: ({ assignments, k }) => [assignments.length, k],
  };
  return (read[kind] as ((value: never) => readonly number[]) | undefined)?.(of);
}
