// A step that is a module of the user's own: bundles it, runs it in this process, holds what it gives to the declaration. In: a task; out: values.
// What it throws becomes an error with the places in the user's files, and none in ours.
import { basename, dirname, join, relative, resolve as resolvePath } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ArtifactError } from '../artifacts/artifact-error.ts';
import type { ArtifactKind, ArtifactValues } from '../artifacts/artifact.ts';
import { artifactParts } from '../artifacts/codec.ts';
import { storing } from '../cache/store-error.ts';
import type { FileSystem } from '../platform/file-system.ts';
import { randomKey, RandomStream } from '../random/random.ts';
import { bundleModule } from './bundle-module.ts';
import { checkParameters } from './check-parameters.ts';
import { holdToType } from './declared-type.ts';
import type { OwnStage, StageRun } from './define-stage.ts';
import { requireFiles } from './required-files.ts';
import type { StageContext } from './stage.ts';
import { StageError } from './stage-error.ts';
import type { Task, TaskInput, TaskInputFile } from './task.ts';

const MOST_FRAMES = 8;

type Code = NonNullable<Task['module']>;
type Services = Pick<StageContext<unknown>, 'checkpoints' | 'signal' | 'progress' | 'warn'>;

/**
 * @param read gives the value of an input after comparing its file with its digest
 * @throws StageError where the module cannot be read, fails, or gives something else than the stage declares
 */
export async function runModule(
  task: Task,
  code: Code,
  files: FileSystem,
  read: (input: TaskInputFile) => Promise<unknown>,
  services: Services,
): Promise<Readonly<Record<string, unknown>>> {
  await requireFiles(code, files);
  checkParameters(task, code.schema);
  const folder = join(dirname(task.outputFolder), 'module');
  await storing('cannot write the module of a step', () => files.makeFolder(folder));
  const bundle = join(folder, `${basename(code.file).replace(/\.\w+$/, '')}.mjs`);
  const { files: sources } = await bundleModule(code.file, bundle);
  const own = new Set(sources);
  /** The first input that could not be read is why the step fails, whatever the module makes of it. */
  let unread: { readonly error: unknown } | undefined;
  const reading = async (input: TaskInputFile): Promise<unknown> => {
    try {
      return await read(input);
    } catch (error) {
      unread ??= { error };
      throw error;
    }
  };
  const seed = typeof task.parameters['seed'] === 'number' ? task.parameters['seed'] : 0;
  const stream = (name: string): RandomStream => new RandomStream(randomKey(seed, 'own', name));
  const unseeded = Math.random;
  const shared = stream('Math.random');
  Math.random = () => shared.uniform();
  let values: unknown;
  try {
    const stage = await load(bundle, code);
    if (stage.schema !== undefined) checkParameters(task, stage.schema);
    values = await stage.run({
      parameters: task.parameters,
      inputs: inputsOf(task, reading),
      results: Object.fromEntries(task.outputs.map(({ name, type }) => [name, type])),
      seed,
      random: (name = '') => stream(`random ${name}`),
      progress: (done, total, unit, message) =>
        services.progress({ done, total, unit, ...(message === undefined ? {} : { message }) }),
      warn: services.warn,
      checkpoint: services.checkpoints,
      signal: services.signal,
      file: (name) => fileOf(name, code),
    });
  } catch (error) {
    if (unread !== undefined) throw unread.error;
    if (services.signal.aborted) throw error;
    throw thrown(error, code, own);
  } finally {
    Math.random = unseeded;
  }
  if (unread !== undefined) throw unread.error;
  return held(values, task);
}

/** @throws StageError where there is no stage in it, or whatever the module itself throws while it is loaded */
async function load(
  bundle: string,
  { file }: Code,
): Promise<OwnStage<Record<string, unknown>, Record<string, unknown>, unknown>> {
  const { default: stage } = (await import(pathToFileURL(bundle).href)) as {
    readonly default?: { readonly run?: unknown } | null;
  };
  const name = basename(file);
  const hint = 'It must say `export default defineStage({ run(stage) { … } })`, with defineStage of "pipe/stage".';
  if (stage === undefined) throw new StageError(`its module ${name} has no default export`, hint);
  if (typeof stage?.run !== 'function')
    throw new StageError(`the default export of its module ${name} is no stage: it has no function \`run\``, hint);
  return stage as OwnStage<Record<string, unknown>, Record<string, unknown>, unknown>;
}

function inputsOf(
  { inputs }: Task,
  read: (input: TaskInputFile) => Promise<unknown>,
): StageRun<unknown, Record<string, unknown>>['inputs'] {
  const handle = (input: TaskInput): unknown =>
    Array.isArray(input) ? (input as readonly TaskInput[]).map(handle) : { read: () => read(input as TaskInputFile) };
  return Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, handle(input)])) as never;
}

function fileOf(name: string, { reads, folder }: Code): string {
  if (reads.includes(name)) return resolvePath(folder, name);
  throw new StageError(
    `its module asks for the file "${name}", which does not stand behind \`reads\``,
    `Write \`reads "${name}"\` behind its path, so that its content is part of what decides the result.`,
  );
}

/** What it gave, every result of the kind and type that is declared, and nothing else. */
function held(values: unknown, { outputs }: Task): Readonly<Record<string, unknown>> {
  const names = outputs.map(({ name }) => name).join(', ');
  if (typeof values !== 'object' || values === null || Array.isArray(values))
    throw new StageError(`its module gave ${described(values)}, and not its results by name ({ ${names} })`);
  const given = values as Readonly<Record<string, unknown>>;
  const other = Object.keys(given).find((name) => !outputs.some((output) => output.name === name));
  if (other !== undefined)
    throw new StageError(`its module gave \`${other}\`, and the stage declares ${names} as its results`);
  for (const { name, kind, type } of outputs) {
    const value = given[name];
    if (value === undefined) throw new StageError(`its module gave no ${name}, and the stage declares ${type}`);
    holdToKind(name, kind as ArtifactKind, type, value);
  }
  return given;
}

const arrays: { readonly [K in ArtifactKind]?: Readonly<Record<string, abstract new (...args: never[]) => unknown>> } =
  {
    Images: { data: Uint8Array },
    Labels: { values: Int32Array, names: Array },
    Encoder: { onnx: Uint8Array },
    Features: { data: Float32Array },
    Clusters: { assignments: Int32Array, centres: Float32Array },
    Embedding: { rows: Int32Array, points: Float32Array },
  };
const numbers: { readonly [K in ArtifactKind]?: readonly string[] } = {
  Images: ['count', 'height', 'width', 'channels'],
  Encoder: ['height', 'width', 'channels', 'dimension'],
  Features: ['count', 'dimension'],
  Clusters: ['k', 'inertia'],
};

function holdToKind(name: string, kind: ArtifactKind, type: string, value: unknown): void {
  const wrong = (what: string): StageError =>
    new StageError(`its module gave a ${name} that is no ${kind}: ${what}`, `"pipe/stage" has the type ${kind}.`);
  if (typeof value !== 'object' || value === null) throw wrong(`it is ${described(value)}`);
  const fields = value as Readonly<Record<string, unknown>>;
  for (const [field, array] of Object.entries(arrays[kind] ?? {}))
    if (!(fields[field] instanceof array)) throw wrong(`${field} is ${described(fields[field])}, not a ${array.name}`);
  for (const field of numbers[kind] ?? []) {
    const isFine = field === 'inertia' ? Number.isFinite(fields[field]) : Number.isSafeInteger(fields[field]);
    if (!isFine)
      throw wrong(`${field} is ${described(fields[field])}, not a ${field === 'inertia' ? '' : 'whole '}number`);
  }
  holdToType('its module gave', name, kind, type, value as ArtifactValues[ArtifactKind]);
  try {
    artifactParts(kind, value as ArtifactValues[ArtifactKind]);
  } catch (error) {
    if (error instanceof ArtifactError) throw wrong(error.message.replace(/^cannot write \w+: /, ''));
    throw error;
  }
}

/** A value in a few words: `a Float64Array`, `undefined`, `"text"`. */
function described(value: unknown): string {
  if (typeof value === 'object' && value !== null)
    return value.constructor === Object ? 'an object' : `a ${value.constructor?.name ?? 'thing without a class'}`;
  if (typeof value === 'function') return 'a function';
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : String(value);
}

/** An error of the module: its message, and where in the user's files it came from. */
function thrown(error: unknown, { file }: Code, own: ReadonlySet<string>): StageError {
  if (error instanceof StageError) return error;
  const { name, message, hint } = error as {
    readonly name?: string;
    readonly message?: string;
    readonly hint?: string;
  };
  // Thrown by a copy of the class that the module has brought along.
  if (name === 'StageError' && message !== undefined) return new StageError(message, hint);
  if (!(error instanceof Error)) return new StageError(`its module threw ${described(error)}`);
  const places = (error.stack ?? '').split('\n').flatMap((line) => frame(line, dirname(file), own));
  return new StageError(
    [`its module threw ${error.name}: ${error.message}`, ...places.slice(0, MOST_FRAMES)].join('\n'),
  );
}

/** A line of a stack, where it is in a file of the user's: `    at fit (lib/fit.ts:3:9)`. */
function frame(line: string, folder: string, own: ReadonlySet<string>): readonly string[] {
  const match = /^\s+at (?:(.*) \()?((?:file:\/\/)?[^()]+):(\d+):(\d+)\)?$/.exec(line);
  if (match === null) return [];
  const [, named, place, row, column] = match;
  const name = named === '<anonymous>' ? undefined : named;
  const path = place!.startsWith('file://') ? fileURLToPath(place!) : place!;
  if (!own.has(path)) return [];
  const at = `${relative(folder, path)}:${row}:${column}`;
  return [`    at ${name === undefined ? at : `${name.replace(/^Object\./, '')} (${at})`}`];
}
