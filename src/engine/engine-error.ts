// What the engine cannot do: it is not on this machine, or the data are none for what was asked. Its message is for the user as it stands.

export class EngineError extends Error {
  override readonly name = 'EngineError';
  /** What it needs. */
  readonly advice: string;
  /** The one command that adds what is missing, where one does. */
  readonly command: string | undefined;
  constructor(message: string, advice: string, command?: string) {
    super(message);
    this.advice = advice;
    this.command = command;
  }
  /** What it needs, and the command. */
  get hint(): string {
    return this.command === undefined ? this.advice : `${this.advice} To add it: ${this.command}`;
  }
}
