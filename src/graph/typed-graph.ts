// What the front end hands on: every step with resolved, normalised arguments. Plain data, printable, no functions.
import type { Span } from '../source/span.ts';

/** A normalised parameter value: units resolved to plain numbers (bytes, seconds), enumerations to strings, absent optionals to null. */
export type Value = number | string | boolean | null | readonly Value[];

/** What feeds an input or an output: another step's output, a list of such, or (for pipeline outputs only) a plain value. */
export type Binding =
  | { readonly kind: 'output'; readonly step: string; readonly output: string }
  | { readonly kind: 'list'; readonly items: readonly Binding[] }
  | { readonly kind: 'value'; readonly value: Value };

/** How a step may run; never what it computes, so none of it enters a step's key. Memory in bytes, timeout in seconds. */
export interface Annotations {
  readonly memory?: number;
  readonly gpu?: number;
  readonly retries?: number;
  readonly timeout?: number;
  readonly cache?: boolean;
}

export interface StepOutput {
  readonly name: string;
  /** The artifact kind: the head of the type, such as `Features`. */
  readonly kind: string;
  /** The whole type with its dimensions solved as far as they are known, such as `Features<10000, 128>`. */
  readonly type: string;
}

/** Where a parameter of a step gets its value: only told, never part of what is computed. */
export interface ValueSource {
  /** The argument of the call; undefined where the stage's default stands. */
  readonly argument: Span | undefined;
  /** Where the value itself was written, which may be a parameter of the pipeline, a profile or `--set`. */
  readonly origin: Span;
}

/** A command of the user's own that makes a step's outputs. */
export interface StepCommand {
  /** Text, and the names of parameters, inputs and outputs that stand in it. */
  readonly parts: readonly (string | { readonly name: string })[];
  /** Where it runs: the folder of the module that declares it. */
  readonly folder: string;
  /** Files that it reads besides its inputs, seen from there. */
  readonly reads: readonly string[];
}

/** A module of the user's own, in TypeScript or JavaScript, that makes a step's outputs. */
export interface StepModule {
  readonly file: string;
  /** The folder of the program that declares it: names of files are seen from there. */
  readonly folder: string;
  /** Files that it reads besides its inputs. */
  readonly reads: readonly string[];
  /** Its results as they are declared: `clusters: Clusters<N, k>`. */
  readonly results: string;
  /** JSON Schema of its parameters, from the declaration. */
  readonly schema: object;
}

export interface Step {
  /** Unique and readable: the name bound in the source, with the cell in a comprehension: `keep`, `keep[seed=1]`. */
  readonly id: string;
  /** `std/representation.cidfd`: module and stage name; the key into stages/registry.ts. */
  readonly stage: string;
  /** Every parameter of the stage, defaults filled in. */
  readonly parameters: Readonly<Record<string, Value>>;
  /** For each of them; not there in a graph that no program was compiled to. */
  readonly sources?: Readonly<Record<string, ValueSource>>;
  /** Every artifact input given; an absent optional one is left out. */
  readonly inputs: Readonly<Record<string, Binding>>;
  readonly outputs: readonly StepOutput[];
  readonly annotations: Annotations;
  /** For a stage of the user's own; one of the standard library is in stages/registry.ts. */
  readonly command?: StepCommand;
  readonly module?: StepModule;
  /** What is to be said of its result, and changes nothing of it: `scored on the images that its encoder was trained on …`. */
  readonly note?: string;
  /** The call in the source, for messages. */
  readonly span: Span;
}

/** A number that a paper gives for an output. Only told beside it, never part of what is computed. */
export interface PublishedTarget {
  /** Where it was published: "Oshima et al. 2024, Table 2". */
  readonly source: string;
  /** `cidfd.acc`, `table["cIDFD"]["ACC"]`. */
  readonly name: string;
  /** The output that it is of. */
  readonly output: string;
  /** The way into the output's value: a measure, the index of an item, or a row and a column of a table. */
  readonly path: readonly (string | number)[];
  readonly paper: number;
  readonly judgement: { readonly kind: 'within' | 'at least' | 'at most'; readonly value: number };
  /** The profile that the number is of. */
  readonly under: string | null;
  /** Values that parameters of the pipeline must have for a run to be comparable. */
  readonly conditions: readonly { readonly parameter: string; readonly value: Value }[];
  /** In a sweep: what the swept parameters are for this output. */
  readonly cell?: readonly { readonly name: string; readonly value: Value }[];
}

export interface TypedGraph {
  readonly pipeline: { readonly name: string; readonly doc: string; readonly file: string; readonly source: string };
  /** The pipeline's parameters as they stand in this run. */
  readonly parameters: readonly {
    readonly name: string;
    readonly type: string;
    readonly value: Value;
    readonly origin: 'default' | 'profile' | 'set';
    /** Where its value is written; not there in a graph that no program was compiled to, nor where it has none. */
    readonly at?: Span | undefined;
  }[];
  /** Each step after all that it reads. */
  readonly steps: readonly Step[];
  readonly outputs: readonly {
    readonly name: string;
    readonly type: string;
    readonly value: Binding;
    readonly span: Span;
  }[];
  /** Not there in a graph that no program was compiled to. */
  readonly published?: readonly PublishedTarget[];
}
