// Runs graphs with everything in memory: files, clock, host, and workers that compute a digest of what they are given.
import { createHash } from 'node:crypto';
import { realClock, type Clock } from '../../src/platform/clock.ts';
import { memoryHost, type Host } from '../../src/platform/host.ts';
import type { MemoryFileSystem } from '../../src/platform/memory-file-system.ts';
import type { TypedGraph } from '../../src/graph/typed-graph.ts';
import { digestOf } from '../../src/cache/digest.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { noGpu } from './fake-devices.ts';
import { runPipeline, type Finished } from '../../src/run/run-pipeline.ts';
import type { StartTask } from '../../src/run/worker-process.ts';
import type { StageFacts } from '../../src/stage/stage.ts';
import type { Task, TaskEnd, TaskInput } from '../../src/stage/task.ts';
import type { Crash } from '../../src/run/worker-process.ts';
import { withPublishedNumbers } from '../../src/report/published-numbers.ts';

/** One start of a task, as the fake worker saw it. */
export interface Started {
  readonly task: Task;
  /** Steps under way at that moment, this one included. */
  readonly together: readonly Task[];
  /** Digests of the files it read. */
  readonly read: readonly string[];
}

export interface MemoryWorkers {
  readonly start: StartTask;
  readonly started: Started[];
}

/**
 * @param behave how a start of a step ends; undefined: well.
 * @param ticks how long it lasts, in turns of the event loop.
 */
export function memoryWorkers(
  files: MemoryFileSystem,
  behave: (task: Task, attempt: number) => TaskEnd | Crash | undefined = () => undefined,
  ticks: (task: Task) => number = () => 1,
): MemoryWorkers {
  const together = new Map<string, Task>();
  const attempts = new Map<string, number>();
  const started: Started[] = [];
  return {
    started,
    start(taskFile) {
      let stopped = false;
      const work = async (): Promise<TaskEnd | Crash> => {
        const task = JSON.parse(new TextDecoder().decode(await files.read(taskFile))) as Task;
        const attempt = attempts.get(task.step) ?? 0;
        attempts.set(task.step, attempt + 1);
        if (together.has(task.step)) throw new Error(`${task.step} runs twice at once`);
        together.set(task.step, task);
        const read: string[] = [];
        started.push({ task, together: [...together.values()], read });
        try {
          for (let i = 0; i < ticks(task) && !stopped; i += 1) await new Promise((resolve) => setImmediate(resolve));
          if (stopped) return { event: 'cancelled' };
          const end = behave(task, attempt);
          if (end !== undefined) return end;
          for (const [path, digest] of leaves(task.inputs)) {
            const there = files.files().has(path) ? await files.hash(path) : undefined;
            if (there !== digest) return { event: 'damaged', digest };
            read.push(there);
          }
          const outputs = [];
          for (const { name } of task.outputs) {
            const bytes = contentOf(task.stage, task.parameters, read, name);
            const file = `${task.outputFolder}/${name}`;
            await files.write(file, bytes);
            outputs.push({ name, file, digest: digestOf(bytes), bytes: Buffer.byteLength(bytes) });
          }
          return { event: 'done', outputs, seconds: 1 };
        } finally {
          together.delete(task.step);
        }
      };
      return {
        end: work(),
        stop: () => {
          stopped = true;
        },
        kill: () => {
          stopped = true;
        },
      };
    },
  };
}

/** What the fake stage computes: a function of stage, parameters and inputs, and of nothing else. */
export function contentOf(
  stage: string,
  parameters: Task['parameters'],
  inputs: readonly string[],
  output: string,
): string {
  return createHash('sha256')
    .update(JSON.stringify([stage, parameters, inputs, output]))
    .digest('hex');
}

function leaves(inputs: Task['inputs']): readonly (readonly [path: string, digest: TaskEndDigest])[] {
  const flat = (input: TaskInput): readonly (readonly [string, TaskEndDigest])[] =>
    'path' in input ? [[input.path, input.digest]] : input.flatMap(flat);
  return Object.values(inputs).flatMap(flat);
}

type TaskEndDigest = Extract<TaskEnd, { event: 'damaged' }>['digest'];

/** Stages `plain`, `engine` and `shows`, whatever the name says after the dot. */
export const fakeStages: ReadonlyMap<string, StageFacts> = new Map(
  [
    { name: 'fake.plain', version: 1, usesEngine: false, readsProvenance: false },
    { name: 'fake.engine', version: 1, usesEngine: true, readsProvenance: false },
    { name: 'fake.shows', version: 1, usesEngine: false, readsProvenance: true },
  ].map((stage) => [stage.name, stage]),
);

/** Time is real, and nobody sleeps. */
const impatientClock: Clock = { ...realClock, sleep: () => new Promise((resolve) => setImmediate(resolve)) };

export interface MemoryRunOptions {
  readonly files: MemoryFileSystem;
  readonly workers: MemoryWorkers;
  readonly host?: Host;
  readonly clock?: Clock;
  readonly jobs?: number | undefined;
  readonly threads?: number | undefined;
  readonly stages?: ReadonlyMap<string, StageFacts>;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
}

export async function memoryRun(
  graph: TypedGraph,
  options: MemoryRunOptions,
): Promise<{ readonly finished: Finished; readonly events: readonly RunEvent[] }> {
  const events: RunEvent[] = [];
  const machine = {
    ...{
      files: options.files,
      clock: options.clock ?? impatientClock,
      host: options.host ?? memoryHost(),
      devices: noGpu,
      version: '0',
      withPublishedNumbers,
    },
    stages: options.stages ?? fakeStages,
  };
  const finished = await runPipeline(machine, options.workers.start, {
    ...{ graph, store: '/store', engine: 'cpu', threads: options.threads, jobs: options.jobs, command: 'test' },
    ...{ dataFolder: undefined, signal: options.signal ?? new AbortController().signal },
    listener: (event) => {
      events.push(event);
      options.onEvent?.(event);
    },
  });
  return { finished, events };
}
