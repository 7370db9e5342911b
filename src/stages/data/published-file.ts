// A file that was published with its size and checksum, found on this machine. The rule for all data sets: a file of the published size must have the
// published checksum, or it is damaged; one of another size is another set in the same form, and is used as it is.
import { createHash } from 'node:crypto';
import type { ManifestSource } from '../../artifacts/artifact.ts';
import { StageError } from '../../stage/stage.ts';

export interface PublishedFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Hex; undefined where none was published. */
  readonly md5: string | undefined;
}

export interface FileCheck {
  add(piece: Uint8Array): void;
  /** @throws StageError where the file has the published size and another checksum. */
  end(): ManifestSource;
}

/** Hashes a file while somebody reads it piece by piece. */
export function checkWhileReading(path: string, file: PublishedFile): FileCheck {
  const sha256 = createHash('sha256');
  const md5 = createHash('md5');
  let bytes = 0;
  return {
    add(piece) {
      bytes += piece.length;
      sha256.update(piece);
      if (file.md5 !== undefined) md5.update(piece);
    },
    end() {
      const found = md5.digest('hex');
      if (file.md5 !== undefined && bytes === file.size && found !== file.md5) {
        throw new StageError(
          `${path} is damaged: its MD5 is ${found}, published is ${file.md5}`,
          'replace the file by a fresh copy',
        );
      }
      return { name: file.name, files: 1, bytes, sha256: sha256.digest('hex') };
    },
  };
}
