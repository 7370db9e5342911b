// The contract of a primitive stage. A stage is a pure function of its parameters and inputs: it may not read the clock, the
// environment or unseeded random numbers into its outputs. It never touches the cache; the worker feeds it and stores its outputs.
import type { ArtifactKind, ArtifactValues } from '../artifacts/artifact.ts';
import type { CompiledSteps } from '../cache/compiled-steps.ts';
import type { Provenance } from './provenance.ts';
import type { ImageSizes, WrittenImages } from './write-images.ts';

export { StageError } from './stage-error.ts';

/** Shown while a stage runs. `rate` is in units a second; `done` of `total` gives the bar and the time left. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  /** What `done` counts: "epochs", "images", "restarts", "bytes". */
  readonly unit: string;
  readonly loss?: number;
  /** Images (or other `rateUnit`) per second. */
  readonly rate?: number;
  readonly rateUnit?: string;
  readonly message?: string;
  /** What the last whole epoch of a training recorded: losses, and what tells whether it degenerates. */
  readonly recorded?: Readonly<Record<string, number>>;
}

/** Where a stage keeps what it needs to continue after a kill. Writes are atomic; load gives the last whole one. */
export interface Checkpoints {
  load(): Promise<Uint8Array | undefined>;
  /** Bytes, or parts of them that follow one another; they must not change until it is done. */
  save(bytes: Uint8Array | readonly Uint8Array[]): Promise<void>;
  /** So long has passed since the last one, or since the start, that another is worth its time. Asked at step boundaries. */
  due(): boolean;
}

export interface StageContext<P, I = Inputs> {
  readonly parameters: P;
  /** Decoded inputs by name; a list input is an array. */
  readonly inputs: I;
  readonly checkpoints: Checkpoints;
  readonly threads: number;
  /** The engine chosen for this run, resolved: `cpu`, `webgpu`, … */
  readonly engine: string;
  /** PIPE_DATA, where data sets are looked for. */
  readonly dataFolder: string | undefined;
  /** A folder for downloads that survives the run. */
  readonly downloadFolder: string;
  /** Where compiled training steps survive the run. What a stage gives does not depend on it. */
  readonly compiledSteps: CompiledSteps;
  /** All ancestors of this step; only for stages that declare `readsProvenance`. */
  readonly provenance: Provenance | undefined;
  /** Aborted on Ctrl-C or timeout: save a checkpoint and throw `signal.reason` at the next step boundary. */
  readonly signal: AbortSignal;
  /**
   * Writes an output of kind Images while its images are made, for sets that need not fit into memory: count × height × width × channels bytes in
   * pieces of any length. What it gives is the value of that output.
   */
  writeImages(output: string, sizes: ImageSizes, pieces: AsyncIterable<Uint8Array>): Promise<WrittenImages>;
  progress(progress: Progress): void;
  warn(message: string): void;
}

export type Inputs = Readonly<Record<string, unknown>>;

export type Outputs<O extends Readonly<Record<string, ArtifactKind>>> = {
  readonly [K in keyof O]: ArtifactValues[O[K]] | (O[K] extends 'Images' ? WrittenImages : never);
};

/** A file that a stage reads from outside the graph, so that its content can enter the step's key at planning. */
export interface ExternalFile {
  /** Of a file or a folder, shown in reasons: "train-images-idx3-ubyte". */
  readonly name: string;
  /** Where it is, or undefined where it is not on this machine. */
  readonly path: string | undefined;
  /** The published checksum: stands in the key for a file that is absent and will be downloaded, and for what a checked download left. */
  readonly published?: string;
  /** Stands in the key for a folder of many files: a digest of their names, sizes and times. */
  readonly listing?: string;
}

/** An artifact before it is there: its kind and its sizes; NaN for one that is not known. */
export interface ArtifactShape {
  readonly kind: string;
  readonly dimensions: readonly number[];
}

/** What is known of a step before it runs. */
export interface StepShape {
  readonly parameters: Readonly<Record<string, unknown>>;
  /** A list input has several. */
  readonly inputs: Readonly<Record<string, readonly ArtifactShape[]>>;
  readonly outputs: Readonly<Record<string, ArtifactShape>>;
}

/** The light part of a stage, known to the planner without loading the implementation. */
export interface StageFacts {
  /** `std/representation.cidfd`. */
  readonly name: string;
  /** Raised whenever the same inputs may give other bytes. Enters the key. */
  readonly version: number;
  /** Trains or infers on the chosen engine: the engine's kind then enters the key, and the step gets its share of the threads. */
  readonly usesEngine: boolean;
  /** Computes on several threads of the CPU, whatever the engine, and gives the same bytes on any number of them: it gets its share, too. */
  readonly usesThreads?: boolean;
  /** Its output shows the ancestors' parameters, so their keys enter its key. */
  readonly readsProvenance: boolean;
  /** Bytes that its worker holds at its peak. A rough figure from sizes; NaN where one is not known. */
  memory?(shape: StepShape): number;
  /**
   * A number in proportion to its time, from parameters and outputs alone: what a step took before, times the ratio of the two, is what it is
   * taken to last with other parameters.
   */
  work?(shape: Omit<StepShape, 'inputs'>): number;
  externalFiles?(
    parameters: Readonly<Record<string, unknown>>,
    dataFolder: string | undefined,
    downloadFolder: string,
  ): Promise<readonly ExternalFile[]>;
}

/** The heavy part, loaded only in the worker that runs it. */
export interface StageImplementation {
  /** JSON Schema (ajv) of the parameters. */
  readonly parameters: object;
  readonly outputs: Readonly<Record<string, ArtifactKind>>;
  run(context: StageContext<never, never>): Promise<Readonly<Record<string, unknown>>>;
}

/** Ties parameters, inputs and outputs together at compile time; the result is what registry.ts loads. */
export function implementStage<P, I, const O extends Readonly<Record<string, ArtifactKind>>>(stage: {
  readonly parameters: object;
  readonly outputs: O;
  run(context: StageContext<P, I>): Promise<Outputs<O>>;
}): StageImplementation {
  return stage;
}
