// How the inputs of a step came to be: what a report needs to say what ran, with which parameters, and for how long.
import type { TypedGraph } from '../graph/typed-graph.ts';

export interface ProvenanceStep {
  readonly id: string;
  readonly stage: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** What is to be said of its result. */
  readonly note?: string;
  /** Steps it reads from, by id. */
  readonly reads: readonly string[];
  readonly outputs: readonly { readonly name: string; readonly type: string; readonly digest: string }[];
  readonly key: string;
  /** Seconds the computation took when it was made (perhaps in an earlier run). */
  readonly seconds: number;
  /** The engine and thread count that made it, for stages that use one. */
  readonly engine: string | undefined;
  readonly threads: number | undefined;
}

export interface Provenance {
  /** The steps behind each input of the step that reads this, one for each item of a list. */
  readonly inputs: Readonly<Record<string, readonly string[]>>;
  readonly pipeline: TypedGraph['pipeline'];
  readonly parameters: TypedGraph['parameters'];
  readonly steps: readonly ProvenanceStep[];
  readonly outputs: readonly { readonly name: string; readonly type: string }[];
  /** The command line that asked for the run. */
  readonly command: string;
  /** Machine and versions that made it: processor, cores, Node, pipe. */
  readonly host: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGiB: number;
    readonly node: string;
    readonly pipe: string;
    readonly platform: string;
  };
}
