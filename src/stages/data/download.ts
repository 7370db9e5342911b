// Fetches a published file once. In: addresses that serve it and its checksum; out: the file at a path, whole or not at all. What came before a transfer broke
// off is kept beside it and continued; memory holds a piece at a time. Two processes never write one part: who wants it takes it by renaming.
import { createHash, randomUUID, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { requestRange } from './request-range.ts';

export interface PublishedDownload {
  /** Tried in this order. */
  readonly urls: readonly string[];
  /** Of the file that is wanted. */
  readonly checksum: { readonly algorithm: 'sha256' | 'md5'; readonly hex: string };
  /** Bytes of the file that is wanted. */
  readonly size: number;
  /** Whether an answer that is gzip is the file in another form, and is unpacked; else the file is what is served. */
  readonly unpack: boolean;
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

/** Something about one address, not about this machine. */
class AddressFault extends Error {}

/** A part that nobody has written to for so long belongs to a process that died. */
const ABANDONED_AFTER = 120_000;
/** A gzip form is longer than the plain file by no more than this. */
const GZIP_OVERHEAD = 65_536;

/**
 * Writes the file to `path` (fsync, rename), from the first address whose bytes have the published checksum.
 * @throws DownloadError where none does: what is worth continuing stays beside `path`; the signal's reason where it is aborted; what the disk says.
 */
export async function download(file: PublishedDownload, path: string, options: DownloadOptions): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const attempts: { url: string; reason: string }[] = [];
  const queue = [...file.urls];
  for (let url = queue.shift(); url !== undefined; url = queue.shift()) {
    const part = await takePart(path, url);
    let isWhole = false;
    let isContinued = false;
    try {
      isContinued = await fetchInto(part.claimed, url, file, options);
      isWhole = true;
      await publish(part.claimed, path, file, options.signal);
      await dropParts(path);
      return;
    } catch (error) {
      // A whole answer that is not the file is of no use; a piece of one is.
      if (isWhole || error instanceof WrongAnswer) await rm(part.claimed, { force: true });
      else await leavePart(part);
      options.signal.throwIfAborted();
      if (!(error instanceof AddressFault)) throw error;
      // The file may be another than the one that the part began; the part is gone now.
      if (isWhole && isContinued) {
        queue.unshift(url);
        continue;
      }
      attempts.push({ url, reason: error.message });
    }
  }
  throw new DownloadError(attempts);
}

/** An answer that cannot be the file. */
class WrongAnswer extends AddressFault {}

/** Says whether what was there was continued. */
async function fetchInto(
  part: string,
  url: string,
  file: PublishedDownload,
  { signal, received, patience = 20_000 }: DownloadOptions,
): Promise<boolean> {
  const limit = file.unpack ? file.size + GZIP_OVERHEAD : file.size;
  const handle = await open(part, 'a');
  try {
    let done = (await handle.stat()).size;
    const answer = await requestRange(url, done, signal, patience).catch((error: unknown) => {
      throw new AddressFault(error instanceof Error ? error.message : String(error), { cause: error });
    });
    if (answer.from !== done) {
      await handle.truncate(0);
      done = 0;
    }
    const isContinued = done > 0;
    const total = answer.length === undefined ? file.size : done + answer.length;
    const pieces = answer.pieces[Symbol.asyncIterator]();
    for (;;) {
      const next = await pieces.next().catch((error: unknown) => {
        throw new AddressFault(error instanceof Error ? error.message : String(error), { cause: error });
      });
      if (next.done === true) return isContinued;
      done += next.value.length;
      // A login page or an endless answer is cut short.
      if (done > limit) throw new WrongAnswer(`the answer is longer than the file of ${file.size} bytes`);
      await handle.writeFile(next.value);
      received(done, Math.max(total, done));
    }
  } finally {
    await handle.close();
  }
}

/** Compares the checksum, and gives the file its name. */
async function publish(part: string, path: string, file: PublishedDownload, signal: AbortSignal): Promise<void> {
  const packed = file.unpack && (await startsAsGzip(part));
  const whole = packed ? `${path}.${randomUUID()}.part` : part;
  try {
    const target = await open(whole, packed ? 'wx' : 'r+');
    try {
      const hash = createHash(file.checksum.algorithm);
      if (packed) await unpackInto(part, target, hash, file.size);
      else for await (const piece of createReadStream(part, { highWaterMark: 1 << 20 })) hash.update(piece as Buffer);
      signal.throwIfAborted();
      const found = hash.digest('hex');
      const { algorithm, hex } = file.checksum;
      if (found !== hex)
        throw new AddressFault(`the ${algorithm === 'md5' ? 'MD5' : 'SHA-256'} is ${found}, published is ${hex}`);
      await target.sync();
    } finally {
      await target.close();
    }
    await rename(whole, path);
  } finally {
    if (packed) {
      await rm(whole, { force: true });
      await rm(part, { force: true });
    }
  }
}

async function unpackInto(part: string, target: FileHandle, hash: Hash, size: number): Promise<void> {
  const source = createReadStream(part);
  const gunzip = createGunzip();
  source.on('error', (error) => gunzip.destroy(error));
  let bytes = 0;
  try {
    for await (const piece of source.pipe(gunzip)) {
      bytes += (piece as Buffer).length;
      // A small answer may unpack without end.
      if (bytes > size) throw new AddressFault(`it unpacks to more than the ${size} bytes of the file`);
      hash.update(piece as Buffer);
      await target.writeFile(piece as Buffer);
    }
  } catch (error) {
    source.destroy();
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_'))
      throw new AddressFault(`its gzip is damaged: ${error.message}`, { cause: error });
    throw error;
  }
}

async function startsAsGzip(path: string): Promise<boolean> {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}

interface Part {
  /** The name under which whoever comes next finds it. */
  readonly free: string;
  /** The name while this process writes to it. */
  readonly claimed: string;
}

/** The part of an earlier transfer from this address, or a new one, under a name of its own. */
async function takePart(path: string, url: string): Promise<Part> {
  const start = `${basename(path)}.${createHash('sha256').update(url).digest('hex').slice(0, 8)}`;
  const free = join(dirname(path), `${start}.part`);
  const claimed = join(dirname(path), `${start}.${randomUUID()}.part`);
  for (const name of await readdir(dirname(path))) {
    if (!name.startsWith(`${start}.`) || !name.endsWith('.part')) continue;
    const found = join(dirname(path), name);
    const isFree = found === free || (await isAbandoned(found));
    // Of two who try, one succeeds.
    if (isFree && (await moved(found, claimed))) return { free, claimed };
  }
  return { free, claimed };
}

/** For the next attempt, where there is something to continue. */
async function leavePart({ claimed, free }: Part): Promise<void> {
  const size = await stat(claimed).then(
    (found) => found.size,
    () => 0,
  );
  if (size > 0) await moved(claimed, free);
  else await rm(claimed, { force: true });
}

async function isAbandoned(path: string): Promise<boolean> {
  return stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs > ABANDONED_AFTER,
    () => false,
  );
}

async function moved(from: string, to: string): Promise<boolean> {
  return rename(from, to).then(
    () => true,
    () => false,
  );
}

/** When the file is there, free parts of other addresses are of no use. */
async function dropParts(path: string): Promise<void> {
  const start = `${basename(path)}.`;
  for (const name of await readdir(dirname(path))) {
    if (name.startsWith(start) && /^[0-9a-f]{8}\.part$/.test(name.slice(start.length)))
      await rm(join(dirname(path), name), { force: true });
  }
}
