import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, utimes, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { download, DownloadError } from '../../../src/stages/data/download.ts';

const content = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 7) % 251);
const sha256 = createHash('sha256').update(content).digest('hex');
const published = { checksum: { algorithm: 'sha256', hex: sha256 }, size: content.length, unpack: true } as const;
/** Milliseconds of silence after which an address is given up: long enough for a busy machine. */
const PATIENCE = 1500;

let server: Server;
let folder: string;
let answers: Record<string, (response: ServerResponse, request: IncomingMessage) => void>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pipe-download-'));
  server = createServer((request, response) => {
    const answer = answers[request.url ?? ''];
    if (answer === undefined) response.writeHead(404, 'Not Found').end();
    else answer(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const address = (path: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;

async function fetchTo(paths: readonly string[], signal = new AbortController().signal) {
  const seen: [number, number][] = [];
  const target = join(folder, 'sub', 'file');
  const received = (done: number, total: number) => seen.push([done, total]);
  await download({ ...published, urls: paths.map(address) }, target, { signal, received, patience: PATIENCE });
  return { bytes: new Uint8Array(await readFile(target)), seen };
}

describe('download', () => {
  test.each([
    ['plain', (response: ServerResponse) => response.end(content)],
    ['gzip', (response: ServerResponse) => response.end(gzipSync(content))],
  ])('a %s answer becomes the plain file, with progress', async (_, answer) => {
    answers = { '/file': answer };
    const { bytes, seen } = await fetchTo(['/file']);
    expect(bytes).toEqual(content);
    expect(seen.length).toBeGreaterThan(0);
    const [done, total] = seen.at(-1)!;
    expect(done).toBe(total);
    expect(await readdir(join(folder, 'sub'))).toEqual(['file']);
  });

  test('the next address is tried after a missing, a wrong, a broken and a silent one', async () => {
    answers = {
      '/wrong': (response) => response.end(content.map((byte) => byte ^ 1)),
      '/broken': (response) => {
        response.writeHead(200, { 'content-length': content.length });
        response.write(content.subarray(0, 1000), () => response.destroy());
      },
      '/silent': () => undefined,
      '/good': (response) => response.end(content),
    };
    const { bytes } = await fetchTo(['/absent', '/wrong', '/broken', '/silent', '/good']);
    expect(bytes).toEqual(content);
    expect(await readdir(join(folder, 'sub'))).toEqual(['file']);
  });

  test('where every address fails, each reason is told, and nothing that is of no use is left behind', async () => {
    // Made before anybody waits for it.
    const bomb = gzipSync(new Uint8Array(10_000_000));
    answers = {
      '/wrong': (response) => response.end(content.subarray(0, 10)),
      '/endless': (response) => {
        const more = () => response.write(new Uint8Array(65_536), (error) => error ?? more());
        more();
      },
      '/bomb': (response) => response.end(bomb),
      '/silent': () => undefined,
    };
    const failure = await fetchTo(['/absent', '/wrong', '/endless', '/bomb', '/silent']).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(DownloadError);
    const reasons = (failure as DownloadError).attempts.map(({ reason }) => reason);
    expect(reasons[0]).toBe('the server answers 404 Not Found');
    expect(reasons[1]).toMatch(/^the SHA-256 is [0-9a-f]{64}, published is [0-9a-f]{64}$/);
    expect(reasons[2]).toBe('the answer is longer than the file of 200000 bytes');
    expect(reasons[3]).toBe('it unpacks to more than the 200000 bytes of the file');
    expect(reasons[4]).toBe('no answer for 1.5 s');
    expect(await readdir(join(folder, 'sub'))).toEqual([]);
  });

  test('no server at all is told as such', async () => {
    const url = address('/file');
    await new Promise((resolve) => server.close(resolve));
    const options = { signal: new AbortController().signal, received: () => undefined };
    await expect(download({ ...published, urls: [url] }, join(folder, 'file'), options)).rejects.toThrow(
      /ECONNREFUSED/,
    );
  });

  test('an abort ends it at once with its own reason', async () => {
    answers = { '/silent': () => undefined, '/good': (response) => response.end(content) };
    const abort = new AbortController();
    setTimeout(() => abort.abort(new Error('cancelled by the user')), 20);
    await expect(fetchTo(['/silent', '/good'], abort.signal)).rejects.toThrow('cancelled by the user');
    expect(await readdir(join(folder, 'sub'))).toEqual([]);
  });
});

describe('a transfer that breaks off', () => {
  let ranges: (string | undefined)[];
  beforeEach(() => {
    ranges = [];
  });
  /** Serves from the byte that is asked for, and breaks off before `upTo`. */
  const serveFrom =
    (bytes: Uint8Array, upTo = bytes.length) =>
    (response: ServerResponse, request: IncomingMessage) => {
      const { range } = request.headers;
      ranges.push(range);
      const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
      if (from >= bytes.length) return void response.writeHead(416).end();
      const headers = { 'content-length': bytes.length - from };
      if (range === undefined) response.writeHead(200, headers);
      else
        response.writeHead(206, { ...headers, 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` });
      if (from < upTo && upTo < bytes.length) response.write(bytes.subarray(from, upTo), () => response.destroy());
      else response.end(bytes.subarray(from));
    };
  const breaks = async () => expect(fetchTo(['/file'])).rejects.toThrow(/broke off|ECONNRESET|socket hang up/);

  test('is continued by the next attempt, byte by byte the same', async () => {
    answers = { '/file': serveFrom(content, 70_000) };
    await breaks();
    const [part] = await readdir(join(folder, 'sub'));
    const kept = (await readFile(join(folder, 'sub', part!))).length;
    expect(kept).toBeGreaterThan(0);
    answers = { '/file': serveFrom(content) };
    const { bytes, seen } = await fetchTo(['/file']);
    expect(bytes).toEqual(content);
    expect(ranges.at(-1)).toBe(`bytes=${kept}-`);
    // Progress goes on where it was.
    expect(seen[0]![0]).toBeGreaterThan(kept);
    expect(seen.at(-1)).toEqual([content.length, content.length]);
    expect(await readdir(join(folder, 'sub'))).toEqual(['file']);
  });

  test('in gzip form is continued, too', async () => {
    // Content that gzip can hardly shorten.
    const zipped = gzipSync(content, { level: 0 });
    answers = { '/file': serveFrom(zipped, 70_000) };
    await breaks();
    answers = { '/file': serveFrom(zipped) };
    expect((await fetchTo(['/file'])).bytes).toEqual(content);
    expect(ranges.at(-1)).toMatch(/^bytes=[1-9]/);
  });

  test('is begun anew where the server cannot continue, or has another file by now', async () => {
    answers = { '/file': serveFrom(content, 70_000) };
    await breaks();
    answers = { '/file': (response) => response.end(content) };
    expect((await fetchTo(['/file'])).bytes).toEqual(content);

    const other = content.map((byte) => byte ^ 1);
    await rename(join(folder, 'sub', 'file'), join(folder, 'away'));
    answers = { '/file': serveFrom(other, 70_000) };
    await breaks();
    answers = { '/file': serveFrom(content) };
    // The two halves do not fit.
    expect((await fetchTo(['/file'])).bytes).toEqual(content);
    expect(ranges.slice(-2)).toEqual([expect.stringMatching(/^bytes=/), undefined]);
    expect(await readdir(join(folder, 'sub'))).toEqual(['file']);
  });

  test('whose process died is taken over after a while, and never while another writes', async () => {
    answers = { '/file': serveFrom(content, 70_000) };
    await breaks();
    const sub = join(folder, 'sub');
    const [part] = await readdir(sub);
    const claimed = join(sub, part!.replace(/\.part$/, '.0000.part'));
    await rename(join(sub, part!), claimed);
    answers = { '/file': serveFrom(content) };
    expect((await fetchTo(['/file'])).bytes).toEqual(content);
    expect(ranges.at(-1)).toBeUndefined();

    await rename(join(sub, 'file'), join(folder, 'away'));
    await utimes(claimed, 0, 0);
    expect((await fetchTo(['/file'])).bytes).toEqual(content);
    expect(ranges.at(-1)).toMatch(/^bytes=[1-9]/);
    expect(await readdir(sub)).toEqual(['file']);
  });

  test('a part that has everything already is not asked for beyond its end', async () => {
    answers = { '/file': serveFrom(content, 70_000) };
    await breaks();
    const sub = join(folder, 'sub');
    const [part] = await readdir(sub);
    await writeFile(join(sub, part!), content);
    answers = { '/file': serveFrom(content) };
    expect((await fetchTo(['/file'])).bytes).toEqual(content);
  });
});

describe('an archive', () => {
  test('is kept as it is served, though a server calls it gzip, and redirections are followed', async () => {
    const archive = gzipSync(content);
    const file = {
      checksum: { algorithm: 'md5', hex: createHash('md5').update(archive).digest('hex') },
      ...{ size: archive.length, unpack: false },
    } as const;
    answers = {
      '/moved': (response) => response.writeHead(302, { location: '/archive' }).end(),
      '/archive': (response) => response.writeHead(200, { 'content-encoding': 'x-gzip' }).end(archive),
      '/circle': (response) => response.writeHead(302, { location: '/circle' }).end(),
    };
    await mkdir(join(folder, 'sub'));
    const target = join(folder, 'sub', 'archive');
    const options = { signal: new AbortController().signal, received: () => undefined, patience: PATIENCE };
    await download({ ...file, urls: [address('/circle'), address('/moved')] }, target, options);
    expect(new Uint8Array(await readFile(target))).toEqual(new Uint8Array(archive));
    await expect(download({ ...file, urls: [address('/circle')] }, target, options)).rejects.toThrow(
      'it leads in a circle',
    );
  });
});
