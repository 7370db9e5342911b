// What makes a plan impossible, for the user as it stands: an engine that is not there, a stage without implementation.

export class PlanError extends Error {
  override readonly name = 'PlanError';
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}
