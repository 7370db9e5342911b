// What is wrong with a file of an image. The message names the file and is for the user as it stands.

export class DecodeError extends Error {
  override readonly name = 'DecodeError';
  /** The file, as it was given. */
  readonly file: string;
  /** What is wrong with it: "it is cut off". */
  readonly reason: string;
  constructor(file: string, reason: string) {
    super(`cannot decode ${file}: ${reason}`);
    this.file = file;
    this.reason = reason;
  }
}
