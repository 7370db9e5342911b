// What a stage throws for the user to read.

/** An error whose message is for the user as it stands: no stack is shown. `hint` says what to do. */
export class StageError extends Error {
  override readonly name = 'StageError';
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}
