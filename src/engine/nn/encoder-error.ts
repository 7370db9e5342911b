// A network that cannot be made for the images. Its message is for the user as it stands.

export class EncoderError extends Error {
  override readonly name = 'EncoderError';
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}
