// The task file of one step: what its worker is told. In: the step, its decision, and the results of the steps before it; out: plain data.
import { resolve } from 'node:path';
import type { Binding, Step } from '../graph/typed-graph.ts';
import type { StoredOutput } from '../cache/step-record.ts';
import type { Planner, Settled } from '../plan/decide.ts';
import type { Provenance } from '../stage/provenance.ts';
import type { StageFacts } from '../stage/stage.ts';
import type { Task, TaskInput } from '../stage/task.ts';

/** Seconds: what a kill costs at most, against the time that writing takes. */
const CHECKPOINT_EVERY = 20;

export interface TaskSurroundings {
  readonly planner: Planner;
  /** What an earlier step of this run gave. */
  outputOf(step: string, output: string): StoredOutput;
  provenanceOf(step: Step): Provenance;
}

/** Throws TypeError for an input that is bound to a plain value: the checker lets none through. */
export function taskOf(
  around: TaskSurroundings,
  step: Step,
  facts: StageFacts,
  threads: number,
  decision: Settled,
  outputFolder: string,
): Task {
  const { planner } = around;
  const { layout } = planner.store;
  return {
    format: 1,
    step: step.id,
    stage: step.stage,
    parameters: step.parameters,
    inputs: Object.fromEntries(Object.entries(step.inputs).map(([name, input]) => [name, taskInput(around, input)])),
    outputs: step.outputs.map(({ name, kind, type }) => ({ name, kind, type })),
    command: step.command === undefined ? null : { ...step.command, folder: resolve(step.command.folder) },
    module:
      step.module === undefined
        ? null
        : { ...step.module, file: resolve(step.module.file), folder: resolve(step.module.folder) },
    threads,
    engine: planner.engine,
    dataFolder: planner.dataFolder ?? null,
    downloadFolder: layout.downloads,
    compiledFolder: layout.compiled,
    checkpoint: layout.checkpoint(decision.key),
    checkpointEvery: CHECKPOINT_EVERY,
    outputFolder,
    provenance: facts.readsProvenance ? around.provenanceOf(step) : null,
    supervised: true,
  };
}

function taskInput(around: TaskSurroundings, binding: Binding): TaskInput {
  switch (binding.kind) {
    case 'output': {
      const { kind, digest } = around.outputOf(binding.step, binding.output);
      return { kind, digest, path: around.planner.store.blobs.path(digest) };
    }
    case 'list':
      return binding.items.map((item) => taskInput(around, item));
    case 'value':
      throw new TypeError('an input of a step is an artifact, not a value');
  }
}
