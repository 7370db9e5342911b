// One step from its task to its output files: checks parameters, reads and checks inputs, runs the stage, writes outputs durably.
// In: a task, the stages, a signal to stop. Out: how it ended; events on the way. It must not know processes, runs or the store.
import { join } from 'node:path';
import { ArtifactError } from '../artifacts/artifact-error.ts';
import type { ArtifactKind, ArtifactValues } from '../artifacts/artifact.ts';
import { artifactParts, decodeArtifact, fileExtension } from '../artifacts/codec.ts';
import { loadCheckpoint, saveCheckpoint } from '../cache/checkpoint.ts';
import { compiledSteps } from '../cache/compiled-steps.ts';
import { digestOf, type Digest } from '../cache/digest.ts';
import { StoreError, storing } from '../cache/store-error.ts';
import type { Clock } from '../platform/clock.ts';
import { readIfThere, type FileSystem } from '../platform/file-system.ts';
import type { Host } from '../platform/host.ts';
import {
  StageError,
  type Checkpoints,
  type Progress,
  type StageContext,
  type StageFacts,
  type StageImplementation,
} from './stage.ts';
import { checkParameters } from './check-parameters.ts';
import { runCommand } from './run-command.ts';
import { runModule } from './run-module.ts';
import type { Task, TaskEnd, TaskEvent, TaskInput, TaskInputFile, TaskOutput } from './task.ts';
import { writeImages, WrittenImages } from './write-images.ts';

export type LoadableStages = ReadonlyMap<string, StageFacts & { load(): Promise<StageImplementation> }>;

/** So much longer than the last checkpoint took to write, a stage works before the next: a twentieth of the time at most. */
const CHECKPOINT_SHARE = 20;

export interface TaskRequest {
  readonly task: Task;
  readonly stages: LoadableStages;
  readonly files: FileSystem;
  readonly clock: Clock;
  readonly host: Host;
  readonly signal: AbortSignal;
  readonly emit: (event: TaskEvent) => void;
}

/** An input whose file is gone or changed. */
class DamagedInput extends Error {
  readonly digest: Digest;
  constructor(digest: Digest) {
    super(`the file of an input with digest ${digest} is damaged`);
    this.digest = digest;
  }
}

/** Never rejects: whatever goes wrong is an end. Unexpected errors are also written to standard error, with their stack. */
export async function runTask(request: TaskRequest): Promise<TaskEnd> {
  const { signal } = request;
  try {
    return await run(request);
  } catch (error) {
    if (error instanceof DamagedInput) return { event: 'damaged', digest: error.digest };
    if (signal.aborted) return { event: 'cancelled' };
    return failure(error);
  }
}

/** A failed end in words for the user. */
export function failure(error: unknown): TaskEnd {
  if (error instanceof StoreError || error instanceof StageError) {
    return { event: 'failed', message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  }
  console.error(error);
  if (error instanceof ArtifactError) return { event: 'failed', message: error.message };
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { event: 'failed', message };
}

async function run({ task, stages, files, clock, host, signal, emit }: TaskRequest): Promise<TaskEnd> {
  let begun = clock.elapsed();
  let before = 0;
  let lastCheckpoint = begun;
  let checkpointTook = 0;
  const seconds = (): number => before + (clock.elapsed() - begun) / 1000;
  const checkpoints: Checkpoints = {
    async load() {
      const found = await loadCheckpoint(files, task.checkpoint);
      before = found?.seconds ?? 0;
      return found?.content;
    },
    async save(content) {
      const started = clock.elapsed();
      await storing('cannot save a checkpoint', () =>
        saveCheckpoint(files, task.checkpoint, { content, seconds: seconds() }),
      );
      lastCheckpoint = clock.elapsed();
      checkpointTook = lastCheckpoint - started;
    },
    due() {
      if (task.checkpointEvery === 0) return true;
      const since = clock.elapsed() - lastCheckpoint;
      return since >= task.checkpointEvery * 1000 && since >= CHECKPOINT_SHARE * checkpointTook;
    },
  };
  const warn = (message: string): void => emit({ event: 'log', level: 'warning', message });
  const services = {
    checkpoints,
    signal,
    progress: (progress: Progress): void => emit({ event: 'progress', ...progress }),
    warn,
  };
  const done = async (values: Readonly<Record<string, unknown>>): Promise<TaskEnd> => {
    const took = seconds();
    const outputs: TaskOutput[] = [];
    for (const { name, kind } of task.outputs) outputs.push(await writeOutput(files, task, name, kind, values[name]));
    await storing('cannot write the results', () => files.syncFolder(task.outputFolder));
    return { event: 'done', outputs, seconds: took };
  };
  const { command, module } = task;
  if (command !== null)
    return done(await runCommand(task, command, files, (input) => readChecked(files, input), signal));
  if (module !== null) return done(await runModule(task, module, files, (input) => readInput(files, input), services));
  const stage = stages.get(task.stage);
  if (stage === undefined) throw new StageError(`stage ${task.stage} has no implementation in this version of pipe`);
  const implementation = await stage.load();
  checkParameters(task, implementation.parameters);
  checkOutputs(task, implementation);

  const inputs: Record<string, unknown> = {};
  for (const [name, input] of Object.entries(task.inputs)) inputs[name] = await readInput(files, input);

  // Reading the inputs is no computation.
  begun = lastCheckpoint = clock.elapsed();
  const context: StageContext<unknown> = {
    parameters: task.parameters,
    inputs,
    threads: task.threads,
    engine: task.engine,
    dataFolder: task.dataFolder ?? undefined,
    downloadFolder: task.downloadFolder,
    compiledSteps: compiledSteps({ files, clock, folder: task.compiledFolder, host, warn }),
    provenance: task.provenance ?? undefined,
    ...services,
    writeImages: (output, sizes, pieces) => writeImages(files, outputFile(task, output, 'Images'), sizes, pieces),
  };
  const values = await implementation.run(context as StageContext<never, never>);
  return done(values);
}

async function readChecked(files: FileSystem, input: TaskInputFile): Promise<Uint8Array> {
  const bytes = await readIfThere(files, input.path);
  if (bytes === undefined || digestOf(bytes) !== input.digest) throw new DamagedInput(input.digest);
  return bytes;
}

async function readInput(files: FileSystem, input: TaskInput): Promise<unknown> {
  if (isList(input)) {
    const items: unknown[] = [];
    for (const item of input) items.push(await readInput(files, item));
    return items;
  }
  return decodeArtifact(input.kind as ArtifactKind, await readChecked(files, input));
}

// Array.isArray does not narrow readonly arrays away from the other branch.
function isList(input: TaskInput): input is readonly TaskInput[] {
  return Array.isArray(input);
}

function outputFile(task: Task, name: string, kind: string): string {
  return join(task.outputFolder, `${name}${fileExtension(kind as ArtifactKind)}`);
}

async function writeOutput(
  files: FileSystem,
  task: Task,
  name: string,
  kind: string,
  value: unknown,
): Promise<TaskOutput> {
  if (value === undefined) throw new Error(`stage ${task.stage} gave no output ${name}`);
  const file = outputFile(task, name, kind);
  if (value instanceof WrittenImages) {
    if (kind !== 'Images' || value.file !== file)
      throw new Error(`stage ${task.stage} wrote no images for output ${name}`);
    return { name, file, digest: value.digest, bytes: value.bytes };
  }
  const parts = artifactParts(kind as ArtifactKind, value as ArtifactValues[ArtifactKind]);
  await storing(`cannot write output ${name}`, () => files.write(file, parts));
  return { name, file, digest: digestOf(parts), bytes: parts.reduce((sum, { length }) => sum + length, 0) };
}

/** Declaration and implementation are held together by a parity test; this guards stages from elsewhere. */
function checkOutputs(task: Task, implementation: StageImplementation): void {
  for (const { name, kind } of task.outputs) {
    const made = implementation.outputs[name];
    if (made === kind) continue;
    throw new StageError(
      `stage ${task.stage} declares output ${name}: ${kind}, but its implementation ${made === undefined ? 'has no such output' : `gives ${made}`}`,
    );
  }
}
