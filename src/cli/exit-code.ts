// The exit codes that scripts rely on, and the error that carries one with a message for the user.
// A UsageError is about the command line; what is wrong inside a program is a diagnostic, never a UsageError.

export const exitCode = {
  done: 0,
  /** A stage failed, or the machine did (a full disk, a store that cannot be written). */
  failed: 1,
  /** The program or the command line is wrong; nothing ran. */
  wrong: 2,
  /** Stopped by Ctrl-C: 128 + SIGINT, as shells count. */
  cancelled: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** The command line cannot be followed. `hint` says what to do instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}
