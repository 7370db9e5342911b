// A file that a command wrote → the artifact in it, held to the type that its stage declares. In: bytes, a kind, a type as it is written
// (`Features<40, 3>`); out: the value. It knows nothing of how the command was run.
import { ArtifactError } from '../artifacts/artifact-error.ts';
import type { ArtifactKind, ArtifactValues } from '../artifacts/artifact.ts';
import { decodeArtifact, fileExtension } from '../artifacts/codec.ts';
import { holdToType } from './declared-type.ts';
import { StageError } from './stage-error.ts';

/** @throws StageError where it is no artifact of that kind, or not of that type */
export function heldToType(name: string, kind: ArtifactKind, type: string, bytes: Uint8Array): unknown {
  let value: ArtifactValues[ArtifactKind];
  try {
    value = decodeArtifact(kind, bytes);
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    const hint =
      fileExtension(kind) === '.safetensors'
        ? `A safetensors file says what it holds: metadata {"kind": "${kind}"}.`
        : undefined;
    throw new StageError(`what its command wrote as ${name} is no ${kind}: ${error.message}`, hint);
  }
  holdToType('its command wrote', name, kind, type, value);
  return value;
}
