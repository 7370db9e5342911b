// One step that must run: lock its key, look once more whether it is stored, check its inputs, start a worker, take its outputs into the
// store, write its record. In: a step and its decision; out: an outcome as data. It must not know the order of steps.
import { join } from 'node:path';
import type { LockOwner } from '../cache/lock.ts';
import type { StepRecord, StoredOutput } from '../cache/step-record.ts';
import { describeStoreFault, StoreError, storing } from '../cache/store-error.ts';
import type { Step } from '../graph/typed-graph.ts';
import { answers, externalDigests, lostOutputs, type Planner, type Settled } from '../plan/decide.ts';
import { ownFacts } from '../plan/own-step.ts';
import { outputsIn } from '../plan/step-graph.ts';
import type { StageFacts } from '../stage/stage.ts';
import type { TaskEnd, TaskEvent } from '../stage/task.ts';
import type { RunFolder } from './run-folder.ts';
import { taskOf, type TaskSurroundings } from './step-task.ts';
import type { Crash, RunningTask, StartTask } from './worker-process.ts';

export interface StepSurroundings extends TaskSurroundings {
  readonly folder: RunFolder;
  readonly start: StartTask;
  /** Aborted when the run is cancelled. */
  readonly signal: AbortSignal;
  onStart(step: Step): void;
  onEvent(step: Step, event: Exclude<TaskEvent, TaskEnd>): void;
  warn(step: Step, message: string): void;
}

export type StepOutcome =
  | { readonly kind: 'ran'; readonly record: StepRecord }
  /** Another run stored it in the meantime. */
  | { readonly kind: 'stored'; readonly record: StepRecord }
  /** Another process computes it just now. */
  | { readonly kind: 'busy'; readonly owner: LockOwner }
  /** The file of an input is not what the record of its step says. */
  | { readonly kind: 'lost'; readonly step: string; readonly output: string; readonly state: 'missing' | 'damaged' }
  | {
      readonly kind: 'failed';
      readonly message: string;
      readonly hint: string | undefined;
      readonly log: string | undefined;
    }
  | { readonly kind: 'cancelled' };

/** Never rejects for a fault of the disk, a stage or its process. */
export async function runStep(
  around: StepSurroundings,
  step: Step,
  facts: StageFacts,
  threads: number,
  decision: Settled,
): Promise<StepOutcome> {
  const { store } = around.planner;
  try {
    const attempt = await store.locks.acquire(decision.key);
    if ('owner' in attempt) return { kind: 'busy', owner: attempt.owner };
    try {
      const stored = step.annotations.cache === false ? undefined : await store.records.read(decision.key);
      if (stored !== undefined && answers(stored, step) && (await lostOutputs(store, stored)).length === 0) {
        return { kind: 'stored', record: stored };
      }
      return (await lostInput(around, step)) ?? (await runTries(around, step, facts, threads, decision));
    } finally {
      await attempt.lock.release();
    }
  } catch (error) {
    const known = describeStoreFault(`cannot run step ${step.id}`, error);
    if (!(known instanceof StoreError)) throw error;
    return { kind: 'failed', message: known.message, hint: known.hint, log: undefined };
  }
}

function inputsOf(step: Step): readonly { readonly step: string; readonly output: string }[] {
  return Object.values(step.inputs).flatMap(outputsIn);
}

async function lostInput(around: StepSurroundings, step: Step): Promise<StepOutcome | undefined> {
  for (const { step: from, output } of inputsOf(step)) {
    const { digest, bytes } = around.outputOf(from, output);
    const state = await around.planner.store.blobs.state(digest, bytes);
    if (state === 'damaged') await around.planner.store.blobs.quarantine(digest);
    if (state !== 'there') return { kind: 'lost', step: from, output, state };
  }
  return undefined;
}

async function runTries(
  around: StepSurroundings,
  step: Step,
  facts: StageFacts,
  threads: number,
  decision: Settled,
): Promise<StepOutcome> {
  const retries = step.annotations.retries ?? 0;
  around.onStart(step);
  for (let attempt = 0; ; attempt += 1) {
    const outcome = await runOnce(around, step, facts, threads, decision, attempt);
    if (outcome.kind !== 'failed' || attempt >= retries || around.signal.aborted) return outcome;
    around.warn(step, `failed: ${outcome.message}; trying again (${attempt + 1} of ${retries})`);
  }
}

async function runOnce(
  around: StepSurroundings,
  step: Step,
  facts: StageFacts,
  threads: number,
  decision: Settled,
  attempt: number,
): Promise<StepOutcome> {
  const { folder } = around;
  const { store } = around.planner;
  const place = join(folder.tmp, `${decision.key.slice(0, 16)}-${attempt}`);
  const task = taskOf(around, step, facts, threads, decision, join(place, 'outputs'));
  const taskFile = join(place, 'task.json');
  await storing(`cannot start step ${step.id} in ${store.layout.root}`, async () => {
    await store.files.remove(place);
    await store.files.makeFolder(task.outputFolder);
    await store.files.write(taskFile, JSON.stringify(task), { durable: false });
  });
  try {
    return await runTask(around, step, facts, threads, decision, taskFile);
  } finally {
    // A full disk must not stay full of what a failed step left. Should this fail, the end of the run or collection removes it.
    await store.files.remove(place).catch(() => false);
  }
}

async function runTask(
  around: StepSurroundings,
  step: Step,
  facts: StageFacts,
  threads: number,
  decision: Settled,
  taskFile: string,
): Promise<StepOutcome> {
  const { planner, folder, start, signal } = around;
  const { store } = planner;
  const log = folder.logOf(step.id);
  if (signal.aborted) return { kind: 'cancelled' };

  const running = start(taskFile, log, (event) => around.onEvent(step, event));
  const { end, timedOut } = await supervise(running, step.annotations.timeout, signal);
  switch (end.event) {
    case 'done': {
      const changed = await changedWhileRunning(planner, step, facts, decision);
      if (changed !== undefined) return { kind: 'failed', message: changed, hint: 'Run again.', log };
      return { kind: 'ran', record: await storeResult(around, step, facts, threads, decision, end) };
    }
    case 'damaged': {
      const source = inputsOf(step).find(
        ({ step: from, output }) => around.outputOf(from, output).digest === end.digest,
      );
      if (source === undefined)
        throw new Error(`step ${step.id} reports an input that it does not have: ${end.digest}`);
      const state = await store.blobs.verify(end.digest);
      if (state === 'damaged') await store.blobs.quarantine(end.digest);
      return {
        kind: 'lost',
        step: source.step,
        output: source.output,
        state: state === 'missing' ? 'missing' : 'damaged',
      };
    }
    case 'cancelled':
      if (timedOut) {
        const message = `took longer than its timeout of ${step.annotations.timeout} s`;
        return { kind: 'failed', message, hint: 'What it had done is in its checkpoint, if it keeps one.', log };
      }
      return { kind: 'cancelled' };
    case 'failed':
    case 'crashed':
      if (signal.aborted && end.event === 'crashed') return { kind: 'cancelled' };
      return { kind: 'failed', message: end.message, hint: end.hint, log };
  }
}

async function supervise(
  running: RunningTask,
  timeout: number | undefined,
  signal: AbortSignal,
): Promise<{ readonly end: TaskEnd | Crash; readonly timedOut: boolean }> {
  let timedOut = false;
  const stop = (): void => running.stop();
  const timer =
    timeout === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          running.stop();
        }, timeout * 1000);
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  try {
    return { end: await running.end, timedOut };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

/** The blobs first, then the record that names them, then the checkpoint goes: killed in between, the next run finds a miss or a hit. */
async function storeResult(
  around: StepSurroundings,
  step: Step,
  facts: StageFacts,
  threads: number,
  decision: Settled,
  end: Extract<TaskEnd, { event: 'done' }>,
): Promise<StepRecord> {
  const { planner } = around;
  const { store } = planner;
  const outputs: Record<string, StoredOutput> = {};
  for (const { name, kind, type } of step.outputs) {
    const made = end.outputs.find((output) => output.name === name);
    if (made === undefined) throw new Error(`the worker of step ${step.id} gave no output ${name}`);
    await store.blobs.adopt(made.file, made.digest);
    outputs[name] = { kind, type, digest: made.digest, bytes: made.bytes };
  }
  const record: StepRecord = {
    format: 1,
    key: decision.key,
    family: decision.family,
    stage: facts.name,
    version: facts.version,
    parameters: decision.computation.parameters,
    inputs: decision.inputs,
    outputs,
    seconds: end.seconds,
    engine: facts.usesEngine ? planner.engine : null,
    threads: facts.usesEngine ? threads : null,
    created: new Date(store.clock.now()).toISOString(),
  };
  await store.records.write(record);
  await store.removeCheckpoint(decision.key);
  return record;
}

/** A file outside the graph that changed between the planning and the end would give a record that lies about what was read. */
async function changedWhileRunning(
  planner: Planner,
  step: Step,
  facts: StageFacts,
  decision: Settled,
): Promise<string | undefined> {
  if (facts.externalFiles === undefined && ownFacts(step) === undefined) return undefined;
  const now = await externalDigests(planner, step, facts);
  const changed = Object.entries(decision.computation.external).find(([name, digest]) => now[name] !== digest);
  return changed === undefined ? undefined : `file ${changed[0]} changed while step ${step.id} was reading it`;
}
