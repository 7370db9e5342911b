// All that a worker needs to run one step: the file it is started with, and the events it answers with. Plain JSON, so that the same
// worker runs on this machine and on a cluster. A worker knows no store: only paths of inputs, and a folder for outputs.
import type { Digest } from '../cache/digest.ts';
import type { StepCommand, StepModule } from '../graph/typed-graph.ts';
import type { Provenance } from './provenance.ts';
import type { Progress } from './stage.ts';

/** A file that holds an artifact, or a list of such. */
export type TaskInput = TaskInputFile | readonly TaskInput[];

export interface TaskInputFile {
  readonly kind: string;
  readonly path: string;
  readonly digest: Digest;
}

export interface Task {
  readonly format: 1;
  readonly step: string;
  readonly stage: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, TaskInput>>;
  readonly outputs: readonly { readonly name: string; readonly kind: string; readonly type: string }[];
  /** A command of the user's own, with an absolute folder; null for a stage of this program. */
  readonly command: StepCommand | null;
  /** A module of the user's own, with an absolute file and folder; null for every other stage. */
  readonly module: StepModule | null;
  readonly threads: number;
  readonly engine: string;
  readonly dataFolder: string | null;
  readonly downloadFolder: string;
  /** Where compiled training steps are kept. */
  readonly compiledFolder: string;
  /** File of the checkpoint, whether it is there or not. */
  readonly checkpoint: string;
  /** Seconds between checkpoints, or more where writing one takes long; 0 asks for one at every step, whatever it takes. */
  readonly checkpointEvery: number;
  /** An empty folder; the worker leaves one file for each output. */
  readonly outputFolder: string;
  readonly provenance: Provenance | null;
  /** Started by a runner: orders come on standard input, its end means that the runner died, events go to file descriptor 3. Otherwise events go to standard output. */
  readonly supervised: boolean;
}

export interface TaskOutput {
  readonly name: string;
  /** File in the output folder, durable. */
  readonly file: string;
  readonly digest: Digest;
  readonly bytes: number;
}

/** How a task ended. */
export type TaskEnd =
  /** `seconds` of computation, those before a checkpoint included. */
  | { readonly event: 'done'; readonly outputs: readonly TaskOutput[]; readonly seconds: number }
  | { readonly event: 'failed'; readonly message: string; readonly hint?: string }
  /** The file of an input is missing, or its content has another digest. */
  | { readonly event: 'damaged'; readonly digest: Digest }
  /** It was told to stop and did, with what it had done in its checkpoint. */
  | { readonly event: 'cancelled' };

/** One JSON object a line. The last one is a {@link TaskEnd}. */
export type TaskEvent =
  | ({ readonly event: 'progress' } & Progress)
  | { readonly event: 'log'; readonly level: 'info' | 'warning'; readonly message: string }
  | TaskEnd;
