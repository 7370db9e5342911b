// Files of records of one length, such as CIFAR's and STL-10's, read piece by piece and hashed on the way. In: a path and the length of a record; out: whole
// records, some at a time. It must not know what is in a record.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ManifestSource } from '../../artifacts/artifact.ts';
import { StageError } from '../../stage/stage.ts';
import { checkWhileReading, type PublishedFile } from './published-file.ts';

export interface RecordFile {
  readonly path: string;
  readonly file: PublishedFile;
  readonly recordBytes: number;
  /** Records in the file. */
  readonly count: number;
}

/** Bytes of records that are handed on at once. */
const PIECE = 1 << 20;

/** @throws StageError where the file is gone, empty, or does not end at the end of a record. */
export async function openRecords(path: string, file: PublishedFile, recordBytes: number): Promise<RecordFile> {
  let size: number;
  try {
    size = (await stat(path)).size;
  } catch (error) {
    throw new StageError(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const count = size / recordBytes;
  if (size > 0 && Number.isInteger(count)) return { path, file, recordBytes, count };
  throw new StageError(
    `${path} is damaged: ${size} bytes are no whole number of records of ${recordBytes}; it ends in record ${Math.floor(count)}, or is another file`,
    `replace the file by a fresh copy${file.size > 0 ? `, of ${file.size} bytes` : ''}`,
  );
}

/**
 * The first `count` records, some whole ones at a time; the rest is only hashed.
 * @param end is given what the file was when all of it was read.
 * @throws StageError where the file became shorter, or has the published size and another checksum.
 */
export async function* readRecords(
  { path, file, recordBytes }: RecordFile,
  count: number,
  signal: AbortSignal,
  end: (source: ManifestSource) => void,
): AsyncGenerator<{ readonly first: number; readonly records: Uint8Array }> {
  const check = checkWhileReading(path, file);
  const many = Math.max(1, Math.floor(PIECE / recordBytes));
  const piece = new Uint8Array(many * recordBytes);
  let filled = 0;
  let first = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: PIECE, signal })) {
    const bytes = chunk as Buffer;
    check.add(bytes);
    for (let at = 0; at < bytes.length && first < count;) {
      const length = Math.min(piece.length - filled, bytes.length - at);
      piece.set(bytes.subarray(at, at + length), filled);
      filled += length;
      at += length;
      const whole = Math.min(Math.floor(filled / recordBytes), count - first);
      if (filled < piece.length && first + whole < count) continue;
      yield { first, records: piece.subarray(0, whole * recordBytes) };
      first += whole;
      piece.copyWithin(0, whole * recordBytes, filled);
      filled -= whole * recordBytes;
    }
  }
  if (first < count) throw new StageError(`${path} became shorter while it was read`, 'run again');
  end(check.end());
}

/** Channel by channel, as it is stored, to pixel by pixel. `rows` says whether a channel is stored row by row, or column by column. */
export function toPixels(planes: Uint8Array, side: number, order: 'rows' | 'columns', out: Uint8Array): void {
  const area = side * side;
  for (let channel = 0; channel < 3; channel += 1) {
    const plane = channel * area;
    for (let row = 0; row < side; row += 1) {
      let at = row * side * 3 + channel;
      for (let column = 0; column < side; column += 1) {
        out[at] = planes[plane + (order === 'rows' ? row * side + column : column * side + row)]!;
        at += 3;
      }
    }
  }
}
