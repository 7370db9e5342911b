// What a module behind `by module "./mine.ts"` imports from "pipe/stage": the contract of a stage of one's own. It stands for itself, so that its
// types can be published; the worker's side of it is in run-module.ts.
import type {
  Clusters,
  Embedding,
  Encoder,
  Features,
  Images,
  Labels,
  Manifest,
  Page,
  Scores,
  Similarities,
  Table,
  TrainingLog,
} from '../artifacts/artifact.ts';

export { StageError } from './stage-error.ts';
export type {
  Clusters,
  Embedding,
  Encoder,
  Features,
  Images,
  Labels,
  Manifest,
  Page,
  Scores,
  Similarities,
  Table,
  TrainingLog,
};

/** An artifact that another step made. */
export interface Input<T> {
  /** Reads its file and compares it with its digest. Each call reads it anew, so keep what you need, and no more. */
  read(): Promise<T>;
}

/** An input is one artifact or a list of them; an optional one may be absent. */
export type InputOf<T> = T extends readonly (infer Item)[]
  ? readonly InputOf<Item>[]
  : undefined extends T
    ? Input<NonNullable<T>> | undefined
    : Input<T>;

/** Random numbers that depend on the seed and the name of the stream alone. */
export interface Random {
  /** Uniform in [low, high), by default in [0, 1). */
  uniform(low?: number, high?: number): number;
  /** Uniform whole number in 0..count-1. */
  integer(count: number): number;
  /** Standard normal. */
  normal(): number;
  /** Uniformly random order of 0..count-1. */
  permutation(count: number): Int32Array;
}

/** What `run` is given. `P`: parameters, `I`: inputs, by their names in the declaration. */
export interface StageRun<P, I> {
  /** Int and Float as numbers, Memory in bytes, Duration in seconds, an absent optional value as null. */
  readonly parameters: P;
  /** Read where they are needed. */
  readonly inputs: { readonly [name in keyof I]: InputOf<I[name]> };
  /** The type of each result with its sizes, such as `Clusters<400, 10>`. A size that is not known before the run is `?`. */
  readonly results: Readonly<Record<string, string>>;
  /** The parameter `seed` where the stage has one, else 0. */
  readonly seed: number;
  /** A stream of random numbers; other names give other streams. `Math.random` is seeded in the same way. */
  random(name?: string): Random;
  /** Shown while it runs: 3 of 10 "epochs". */
  progress(done: number, total: number, unit: string, message?: string): void;
  /** Shown at the step, and kept in its log. */
  warn(message: string): void;
  /** What to go on from after a kill or a stop. Written whole or not at all; gone when the step is done. */
  readonly checkpoint: {
    /** What was saved last, in this run or in one that was stopped. */
    load(): Promise<Uint8Array | undefined>;
    save(bytes: Uint8Array): Promise<void>;
    /** Whether enough time has passed that another is worth its own. */
    due(): boolean;
  };
  /** Aborted when the run is stopped, or the step takes longer than its `@timeout`: save a checkpoint and throw `signal.reason`. */
  readonly signal: AbortSignal;
  /** The path of a file that stands behind `reads` in the declaration. */
  file(name: string): string;
}

/** A stage of one's own. `O`: results, by their names in the declaration. */
export interface OwnStage<P, I, O> {
  /** JSON Schema of the parameters, beside what the declaration asks: what the language cannot say, such as a pattern. */
  readonly schema?: object;
  /** A pure function of its parameters, inputs and random numbers: no clock, no environment. */
  run(stage: StageRun<P, I>): Promise<O> | O;
}

/** Gives the stage its types; what comes out is what goes in. */
export function defineStage<P = Record<string, unknown>, I = Record<string, unknown>, O = Record<string, unknown>>(
  stage: OwnStage<P, I, O>,
): OwnStage<P, I, O> {
  return stage;
}
