// What the engine cannot do: it is not on this machine, or the data are none for what was asked. Its message is for the user as it stands.

export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}
