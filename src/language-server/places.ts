// Places in the protocol's terms and in ours: positions and offsets, ranges and spans, URIs and paths. The protocol counts columns in UTF-16
// units, as spans do.
import { posix } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Position, Range } from 'vscode-languageserver-types';
import type { SourceFile } from '../source/source-file.ts';
import type { Span } from '../source/span.ts';
import { MovedSource } from './moved-source.ts';

type Extent = Pick<Span, 'start' | 'end'>;

export function positionAt(offset: number, source: SourceFile): Position {
  const { line, column } = source.position(offset);
  return { line: line - 1, character: column - 1 };
}

export function rangeOf({ start, end }: Extent, source: SourceFile): Range {
  if (source instanceof MovedSource) {
    const from = source.startOf(start);
    return rangeOf({ start: from, end: Math.max(from, source.endOf(end)) }, source.later);
  }
  return { start: positionAt(start, source), end: positionAt(end, source) };
}

/** A position behind the end of its line is at its end; one behind the text, at the end of the text. */
export function offsetAt({ line, character }: Position, source: SourceFile): number {
  const start = source.lineStarts[Math.max(0, line)];
  if (start === undefined) return source.text.length;
  return Math.min(start + Math.max(0, character), start + source.line(Math.max(0, line)).length);
}

/** The path of a document, or its URI where it is no file. */
export function pathOf(uri: string): string {
  if (!uri.startsWith('file:')) return uri;
  try {
    return posix.normalize(fileURLToPath(uri).replaceAll('\\', '/'));
  } catch {
    return uri;
  }
}

/** The URI of a path, or of what is one already. */
export function uriOf(path: string): string {
  return /^[a-zA-Z][a-zA-Z0-9+.-]+:/.test(path) ? path : pathToFileURL(path).href;
}

/** The path of a module: those of the standard library are known by names. */
export function modulePath(key: string, stdlib: string): string {
  return key.startsWith('std/') ? posix.join(stdlib.replaceAll('\\', '/'), `${key}.pipe`) : key;
}

export const contains = ({ start, end }: Extent, offset: number): boolean => start <= offset && offset <= end;
