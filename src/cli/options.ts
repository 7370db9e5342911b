// What the commands are given once their arguments are parsed.

/** What to run: shared by every command that compiles a program. */
export interface ProgramOptions {
  /** `name=value`, in the order given. */
  readonly set: readonly string[];
  readonly profile?: string;
  readonly pipeline?: string;
}

/** How to run it: shared by run and plan. */
export interface RunOptions extends ProgramOptions {
  readonly engine: string;
  readonly threads?: number;
  readonly jobs?: number;
  /** The store's folder. */
  readonly cache: string;
  readonly json?: boolean;
}
