// What every codec throws: bytes that are not the artifact they should be, or a value that cannot be written.

/** The message names what was expected and what was found, and is for the user as it stands. */
export class ArtifactError extends Error {
  override readonly name = 'ArtifactError';
}
