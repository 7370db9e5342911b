// An HTTP request for a file from some byte on. In: an address, an offset, how long silence is borne; out: the bytes as they are served, never unpacked (fetch
// would unpack what a server marks as gzip, and a tar.gz would no longer have its checksum). Redirections are followed.
import { get as httpGet, type IncomingMessage } from 'node:http';
import { get as httpsGet } from 'node:https';

export interface RangeAnswer {
  /** The byte at which the answer starts: as wanted, or 0 where the server cannot continue. */
  readonly from: number;
  /** Bytes that will come, where the server says. */
  readonly length: number | undefined;
  readonly pieces: AsyncIterable<Uint8Array>;
}

const MOST_REDIRECTIONS = 5;

/** Throws an Error whose message is the reason: no connection, a status, silence; so do the pieces. */
export async function requestRange(
  url: string,
  from: number,
  signal: AbortSignal,
  patience: number,
  redirections = 0,
): Promise<RangeAnswer> {
  signal.throwIfAborted();
  const response = await send(url, from, signal, patience);
  const status = response.statusCode ?? 0;
  const location = response.headers.location;
  if (status >= 300 && status < 400 && location !== undefined) {
    response.destroy();
    if (redirections >= MOST_REDIRECTIONS) throw new Error('it leads in a circle');
    return requestRange(new URL(location, url).href, from, signal, patience, redirections + 1);
  }
  // What is there is all there is, or more: it is fetched anew.
  if (status === 416 && from > 0) {
    response.destroy();
    return requestRange(url, 0, signal, patience, redirections);
  }
  const continued = status === 206 && startOf(response) === from;
  if (status !== 200 && !continued) {
    response.destroy();
    throw new Error(`the server answers ${status} ${response.statusMessage ?? ''}`.trim());
  }
  const announced = Number(response.headers['content-length'] ?? NaN);
  return {
    from: continued ? from : 0,
    length: Number.isSafeInteger(announced) ? announced : undefined,
    pieces: piecesOf(response, signal),
  };
}

function send(url: string, from: number, signal: AbortSignal, patience: number): Promise<IncomingMessage> {
  const headers = { 'accept-encoding': 'identity', ...(from > 0 ? { range: `bytes=${from}-` } : {}) };
  const get = url.startsWith('https:') ? httpsGet : httpGet;
  return new Promise((resolve, reject) => {
    const request = get(url, { headers, signal, timeout: patience }, resolve);
    // Of the socket: no byte came or went for so long, before or amid the answer.
    request.on('timeout', () => request.destroy(new Error(`no answer for ${patience / 1000} s`)));
    request.on('error', reject);
  });
}

async function* piecesOf(response: IncomingMessage, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of response) yield piece as Buffer;
  } catch (error) {
    signal.throwIfAborted();
    // Node.js says "aborted", whatever the cause.
    if (error instanceof Error && error.message === 'aborted')
      throw new Error('the connection broke off', { cause: error });
    throw error;
  }
}

function startOf(response: IncomingMessage): number | undefined {
  const match = /^bytes (\d+)-/.exec(response.headers['content-range'] ?? '');
  return match === null ? undefined : Number(match[1]);
}
