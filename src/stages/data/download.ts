// Fetches a published file once. In: addresses that serve it and its checksum; out: the file at a path, whole or not at all.
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { isGzip } from './idx.ts';

export interface PublishedFile {
  /** Tried in this order; each may serve the file plain or as gzip. */
  readonly urls: readonly string[];
  /** SHA-256 (hex) and bytes of the plain file. */
  readonly sha256: string;
  readonly size: number;
}

export interface DownloadOptions {
  readonly signal: AbortSignal;
  /** Bytes received so far, and all that will come where the server says. */
  readonly received: (done: number, total: number) => void;
  /** Milliseconds without a byte after which an address is given up. */
  readonly patience?: number;
}

/** Why each address failed. */
export class DownloadError extends Error {
  override readonly name = 'DownloadError';
  readonly attempts: readonly { readonly url: string; readonly reason: string }[];
  constructor(attempts: DownloadError['attempts']) {
    super(attempts.map(({ url, reason }) => `${url}: ${reason}`).join('; '));
    this.attempts = attempts;
  }
}

/**
 * Writes the plain file to `path` (temporary file, fsync, rename), from the first address whose bytes have the published checksum.
 * @throws DownloadError where none does; the signal's reason where it is aborted. Nothing is left behind then.
 */
export async function download(file: PublishedFile, path: string, options: DownloadOptions): Promise<void> {
  const attempts: { url: string; reason: string }[] = [];
  for (const url of file.urls) {
    let bytes: Uint8Array;
    try {
      bytes = plain(await fetchBytes(url, file.size, options), file.size);
    } catch (error) {
      options.signal.throwIfAborted();
      attempts.push({ url, reason: reasonOf(error) });
      continue;
    }
    const found = createHash('sha256').update(bytes).digest('hex');
    if (found === file.sha256) return writeWhole(path, bytes);
    attempts.push({ url, reason: `the SHA-256 is ${found}, published is ${file.sha256}` });
  }
  throw new DownloadError(attempts);
}

async function fetchBytes(
  url: string,
  size: number,
  { signal, received, patience = 20_000 }: DownloadOptions,
): Promise<Uint8Array> {
  const silence = new AbortController();
  const giveUp = () => silence.abort(new Error(`no answer for ${patience / 1000} s`));
  let timer = setTimeout(giveUp, patience);
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, silence.signal]) });
    if (!response.ok || response.body === null)
      throw new Error(`the server answers ${response.status} ${response.statusText}`);
    const total = Number(response.headers.get('content-length') ?? size);
    const chunks: Uint8Array[] = [];
    let done = 0;
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      clearTimeout(timer);
      timer = setTimeout(giveUp, patience);
      chunks.push(chunk);
      done += chunk.length;
      // Neither the plain file nor its gzip form is longer than this; a login page or an endless answer is cut short.
      if (done > size + 65_536) throw new Error(`the answer is longer than the file of ${size} bytes`);
      received(done, Math.max(total, done));
    }
    return Buffer.concat(chunks);
  } finally {
    clearTimeout(timer);
  }
}

function plain(bytes: Uint8Array, size: number): Uint8Array {
  // The limit guards against a small answer that unpacks without end.
  return isGzip(bytes) ? gunzipSync(bytes, { maxOutputLength: size + 1 }) : bytes;
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}.part`;
  try {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** fetch hides the cause ("getaddrinfo ENOTFOUND …") below "fetch failed". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
