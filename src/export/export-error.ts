// What cannot be exported as it was asked for. The message is for the user as it stands; `hint` says what to do.

export class ExportError extends Error {
  override readonly name = 'ExportError';
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}
