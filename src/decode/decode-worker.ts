// A thread that decodes: chunks of files in, their images in one array out, with the hashes of the files where they are wanted. It keeps no state
// between chunks, and takes one after the other.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { decodePixels } from './decode-pixels.ts';
import { cutBox, fitImage, type Box, type Target } from './fit-image.ts';

/** A file by its path, as a whole or a box of it; or bytes with the name that errors call them by. */
export type Source =
  string | { readonly path: string; readonly box: Box } | { readonly name: string; readonly bytes: Uint8Array };

/** What a thread is started with. */
export interface Order {
  readonly target: Target;
  readonly hashes: boolean;
}

/** Of a file that was read. */
export interface FileHash {
  readonly bytes: number;
  /** SHA-256, hex. */
  readonly sha256: string;
}

export interface Chunk {
  readonly id: number;
  readonly sources: readonly Source[];
}

export type Answer =
  | { readonly id: number; readonly data: Uint8Array; readonly files: readonly FileHash[] }
  | { readonly id: number; readonly file: string; readonly reason: string };

const { target, hashes } = workerData as Order;
const size = target.height * target.width * target.channels;

let before: Promise<void> = Promise.resolve();
parentPort!.on('message', (chunk: Chunk) => {
  before = before.then(() => answer(chunk));
});

async function answer({ id, sources }: Chunk): Promise<void> {
  const data = new Uint8Array(sources.length * size);
  const files: FileHash[] = [];
  let place = 0;
  for (const source of sources) {
    try {
      const bytes =
        typeof source === 'string' ? readFile(source) : 'path' in source ? readFile(source.path) : source.bytes;
      if (hashes) files.push({ bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
      const pixels = await decodePixels(bytes);
      const box = typeof source === 'object' && 'box' in source ? cutBox(pixels, source.box) : pixels;
      data.set(fitImage(box, target), place * size);
    } catch (error) {
      const file = typeof source === 'string' ? source : 'path' in source ? source.path : source.name;
      post({ id, file, reason: (error as Error).message });
      return;
    }
    place += 1;
  }
  post({ id, data, files }, [data.buffer]);
}

const post = (message: Answer, moved: readonly ArrayBuffer[] = []): void => parentPort!.postMessage(message, moved);

function readFile(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(
      code === 'ENOENT'
        ? 'there is no such file'
        : code === 'EISDIR'
          ? 'it is a folder'
          : `it cannot be read (${code ?? message})`,
      { cause: error },
    );
  }
}
