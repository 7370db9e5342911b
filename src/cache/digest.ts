// SHA-256 digests and the one canonical text of a value that they are taken of. Pure; knows no files.
import { createHash } from 'node:crypto';

declare const brand: unique symbol;

/** SHA-256 of some bytes, 64 hexadecimal digits. */
export type Digest = string & { readonly [brand]: 'digest' };

/** SHA-256 of everything that decides what a step computes. */
export type StepKey = string & { readonly [brand]: 'step key' };

/** Plain data that has a canonical text. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json | undefined };

const PATTERN = /^[0-9a-f]{64}$/;

export function isDigest(text: unknown): text is Digest {
  return typeof text === 'string' && PATTERN.test(text);
}

/** Throws RangeError for anything but 64 hexadecimal digits. */
export function asDigest(text: string): Digest {
  if (!isDigest(text)) throw new RangeError(`"${text}" is no SHA-256 digest`);
  return text;
}

export function asStepKey(text: string): StepKey {
  return asDigest(text) as string as StepKey;
}

/** Of bytes, of a text in UTF-8, or of bytes in parts that follow one another. */
export function digestOf(content: Uint8Array | string | readonly Uint8Array[]): Digest {
  if (typeof content === 'string') return createHash('sha256').update(content).digest('hex') as Digest;
  const digest = runningDigest();
  for (const part of content instanceof Uint8Array ? [content] : content) {
    // OpenSSL takes no more than 2 GiB at once.
    for (let at = 0; at < part.length; at += PIECE) digest.add(part.subarray(at, at + PIECE));
  }
  return digest.end();
}

const PIECE = 2 ** 30;

/** Of bytes that come piece by piece. */
export function runningDigest(): { add(bytes: Uint8Array): void; end(): Digest } {
  const hash = createHash('sha256');
  return { add: (bytes) => void hash.update(bytes), end: () => hash.digest('hex') as Digest };
}

/** Enough of a digest to tell it from others in a message. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 8);
}

/**
 * JSON with the names of every object sorted and nothing else left to choice: equal values give equal texts.
 * Members that are undefined are left out; -0 is 0. Throws RangeError for a number that JSON does not have.
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new RangeError(`${value} has no canonical text`);
    return JSON.stringify(value === 0 ? 0 : value);
  }
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.keys(value)
    .filter((name) => value[name] !== undefined)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name]!)}`);
  return `{${members.join(',')}}`;
}

// Array.isArray does not narrow readonly arrays away from the other branch.
function isList(value: readonly Json[] | { readonly [name: string]: Json | undefined }): value is readonly Json[] {
  return Array.isArray(value);
}
