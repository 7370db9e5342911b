import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { download, DownloadError } from '../../../src/stages/data/download.ts';

const content = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 7) % 251);
const published = { sha256: createHash('sha256').update(content).digest('hex'), size: content.length };

let server: Server;
let folder: string;
let answers: Record<string, (response: ServerResponse) => void>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pipe-download-'));
  server = createServer((request, response) => {
    const answer = answers[request.url ?? ''];
    if (answer === undefined) response.writeHead(404, 'Not Found').end();
    else answer(response);
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
  await download({ ...published, urls: paths.map(address) }, target, { signal, received, patience: 300 });
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
  });

  test('where every address fails, each reason is told and nothing is left behind', async () => {
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
    expect(reasons[3]).toMatch(/larger than/i);
    expect(reasons[4]).toBe('no answer for 0.3 s');
    expect(await readdir(folder)).toEqual([]);
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
    expect(await readdir(folder)).toEqual([]);
  });
});
