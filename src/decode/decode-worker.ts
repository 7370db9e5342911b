// A thread that decodes: chunks of files in, their images in one array out. It keeps no state between chunks, and takes one after the other.
import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { decodePixels } from './decode-pixels.ts';
import { fitImage, type Target } from './fit-image.ts';

/** A file by its path, or bytes with the name that errors call them by. */
export type Source = string | { readonly name: string; readonly bytes: Uint8Array };

export interface Chunk {
  readonly id: number;
  readonly sources: readonly Source[];
}

export type Answer =
  | { readonly id: number; readonly data: Uint8Array }
  | { readonly id: number; readonly file: string; readonly reason: string };

const target = workerData as Target;
const size = target.height * target.width * target.channels;

let before: Promise<void> = Promise.resolve();
parentPort!.on('message', (chunk: Chunk) => {
  before = before.then(() => answer(chunk));
});

async function answer({ id, sources }: Chunk): Promise<void> {
  const data = new Uint8Array(sources.length * size);
  let place = 0;
  for (const source of sources) {
    try {
      const bytes = typeof source === 'string' ? readFile(source) : source.bytes;
      data.set(fitImage(await decodePixels(bytes), target), place * size);
    } catch (error) {
      const file = typeof source === 'string' ? source : source.name;
      post({ id, file, reason: (error as Error).message });
      return;
    }
    place += 1;
  }
  post({ id, data }, [data.buffer]);
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
