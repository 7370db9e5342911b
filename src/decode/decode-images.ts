// Files of images in, their pixels out, in order, decoded on threads ahead of whoever takes them. What is in memory at once is bounded: two chunks a
// thread, decoded or being decoded, however many files there are and however slowly they are taken.
import { Worker } from 'node:worker_threads';
import { programFile } from '../platform/program-file.ts';
import { DecodeError } from './decode-error.ts';
import type { Answer, Chunk, FileHash, Order, Source } from './decode-worker.ts';
import type { Target } from './fit-image.ts';

export interface DecodeOptions {
  readonly threads: number;
  readonly signal?: AbortSignal;
  /** Whether the files are hashed while they are read. */
  readonly hashes?: boolean;
}

/** Images of consecutive sources. */
export interface Decoded {
  /** Index of the first. */
  readonly first: number;
  readonly count: number;
  /** count × height × width × channels bytes. */
  readonly data: Uint8Array;
  /** One for each image where hashes are wanted, else none. */
  readonly files: readonly FileHash[];
}

/** A message to a thread and back costs as much as a small image, so small images travel together; large ones would only fill memory. */
const CHUNK_BYTES = 1 << 20;
const MOST_IN_CHUNK = 64;
const AHEAD_A_THREAD = 2;

/**
 * Decodes JPEG and PNG files. Errors: DecodeError, of the first source that cannot be decoded; the signal's reason. Threads are gone when the
 * generator is done, has thrown, or was left.
 */
export async function* decodeImages(
  sources: readonly Source[],
  target: Target,
  { threads, signal, hashes = false }: DecodeOptions,
): AsyncGenerator<Decoded, void, undefined> {
  signal?.throwIfAborted();
  const size = target.height * target.width * target.channels;
  const length = Math.max(1, Math.min(MOST_IN_CHUNK, Math.floor(CHUNK_BYTES / size)));
  const pool = new DecodePool(Math.max(1, Math.min(threads, Math.ceil(sources.length / length))), { target, hashes });
  const stop = (): void => pool.fail(signal!.reason as Error);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const ahead: Promise<Answered>[] = [];
    let asked = 0;
    for (let first = 0; first < sources.length; first += length) {
      while (ahead.length < AHEAD_A_THREAD * pool.threads && asked < sources.length) {
        const chunk = pool.decode(sources.slice(asked, asked + length));
        // Its error is thrown when its turn comes; until then nobody waits for it.
        chunk.catch(() => {});
        ahead.push(chunk);
        asked += length;
      }
      const { data, files } = await ahead.shift()!;
      yield { first, count: data.length / size, data, files };
      signal?.throwIfAborted();
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    await pool.close();
  }
}

type Answered = Pick<Decoded, 'data' | 'files'>;

interface Waiting {
  readonly resolve: (answered: Answered) => void;
  readonly reject: (error: Error) => void;
}

class DecodePool {
  readonly #workers: readonly { readonly worker: Worker; busy: number }[];
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;
  #failed: Error | undefined;

  constructor(threads: number, order: Order) {
    const entry = programFile('decode-worker.js');
    this.#workers = Array.from({ length: threads }, () => {
      const one = { worker: new Worker(entry, { workerData: order }), busy: 0 };
      one.worker.on('message', (answer: Answer) => {
        one.busy -= 1;
        this.#settle(answer);
      });
      // Out of memory, or a fault of the program: whatever any thread had is lost.
      one.worker.on('error', (error) => this.fail(error));
      return one;
    });
  }

  get threads(): number {
    return this.#workers.length;
  }

  decode(sources: readonly Source[]): Promise<Answered> {
    if (this.#failed !== undefined) return Promise.reject(this.#failed);
    const chunk: Chunk = { id: this.#next, sources };
    this.#next += 1;
    const idlest = this.#workers.reduce((least, one) => (one.busy < least.busy ? one : least));
    idlest.busy += 1;
    return new Promise((resolve, reject) => {
      this.#waiting.set(chunk.id, { resolve, reject });
      idlest.worker.postMessage(chunk);
    });
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('data' in answer) waiting?.resolve(answer);
    else waiting?.reject(new DecodeError(answer.file, answer.reason));
  }

  /** Everything that is waited for, now and from now on, fails with this. */
  fail(error: Error): void {
    this.#failed ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map(({ worker }) => worker.terminate()));
  }
}
