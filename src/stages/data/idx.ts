// The IDX format of MNIST (docs/methods.md §1.1): two zero bytes, an element type, the number of dimensions, their lengths as big-endian
// 32-bit numbers, then the bytes, row-major; perhaps inside gzip. Only unsigned bytes are read: MNIST and its kin hold nothing else.
import { gunzipSync } from 'node:zlib';
import { StageError } from '../../stage/stage.ts';

export interface IdxArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

const UNSIGNED_BYTE = 0x08;

/**
 * The array in an IDX file of `rank` dimensions; `path` stands in messages only. The data shares memory with `file` where that is not gzip.
 * @throws StageError that names the file, what was expected and what was found: not gzip after all, another magic number, too few or too many bytes.
 */
export function readIdx(file: Uint8Array, path: string, rank: number): IdxArray {
  const bytes = isGzip(file) ? gunzip(file, path) : file;
  if (bytes.length < 4) throw damaged(path, `it has ${bytes.length} bytes, fewer than its header`);

  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const expected = (UNSIGNED_BYTE << 8) | rank;
  const found = view.getUint32(0);
  if (found !== expected) {
    throw new StageError(
      `${path} is not an IDX file of bytes in ${rank} ${rank === 1 ? 'dimension' : 'dimensions'}: its magic number is ${hex(found)}, expected ${hex(expected)}`,
      'check that images and labels were not swapped, and that the file is whole',
    );
  }

  const header = 4 + 4 * rank;
  if (bytes.length < header) throw damaged(path, `it has ${bytes.length} bytes, fewer than its header of ${header}`);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const size = shape.reduce((product, length) => product * length, 1);
  // A plain view: a Buffer, as files are read into, would be handed on as one, and its slice() does not copy.
  const data = new Uint8Array(bytes.buffer, bytes.byteOffset + header, bytes.length - header);
  if (data.length !== size) {
    const what = data.length < size ? 'truncated' : 'too long';
    throw damaged(
      path,
      `it is ${what}: its header says ${shape.join(' × ')} = ${size} bytes, and ${data.length} follow`,
    );
  }
  return { shape, data };
}

/** By the two bytes that every gzip file starts with. */
export function isGzip(file: Uint8Array): boolean {
  return file[0] === 0x1f && file[1] === 0x8b;
}

function gunzip(file: Uint8Array, path: string): Uint8Array {
  try {
    return gunzipSync(file);
  } catch (error) {
    throw damaged(path, `gzip says "${error instanceof Error ? error.message : String(error)}"`);
  }
}

function damaged(path: string, what: string): StageError {
  return new StageError(`${path} is damaged: ${what}`, 'replace the file by a fresh copy');
}

function hex(magic: number): string {
  return `0x${magic.toString(16).padStart(8, '0')}`;
}
