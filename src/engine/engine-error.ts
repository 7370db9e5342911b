// An engine that was asked for and is not there. Its message is for the user as it stands.

export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}
