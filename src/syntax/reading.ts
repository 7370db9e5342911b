// What every part of CST → AST shares while one text is read: its name, its place in the file, its comments, the problems found so far.

import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Span } from '../source/span.ts';
import { tokenEnd, type CstNode, type Token } from '../../grammar/parse.ts';
import type { Comments, Name } from './ast.ts';

export interface Reading {
  readonly file: string;
  /** Offset in the file of the text that was parsed: not 0 for what stands in the braces of a string. */
  readonly base: number;
  readonly commentsOf: (start: number, end: number) => Comments;
  readonly report: (problem: Diagnostic) => void;
  /** Whether what stands at a place may have been misread. */
  readonly isDamaged: (span: Span) => boolean;
  /** What was read of statements and definitions before the whole text was parsed; such a node has no children any more. */
  readonly early: ReadonlyMap<CstNode, unknown>;
}

/** Reads a node, unless that has been done. Always with the same `read` for nodes of a kind. */
export function readOnce<Node extends CstNode, R extends Reading, Value>(
  node: Node,
  reading: R,
  read: (node: Node, reading: R) => Value,
): Value {
  return reading.early.has(node) ? (reading.early.get(node) as Value) : read(node, reading);
}

/** Place of a node in its file. A node that recovery left empty is where its parent says, or at the start. */
export function spanOf(node: CstNode, reading: Reading): Span {
  const { file, base } = reading;
  const start = node.location?.startOffset ?? Number.NaN;
  const end = node.location?.endOffset ?? Number.NaN;
  if (Number.isNaN(start)) return { file, start: base, end: base };
  return { file, start: base + start, end: base + (Number.isNaN(end) ? start : end + 1) };
}

export function tokenSpan(token: Token, reading: Reading): Span {
  return { file: reading.file, start: reading.base + token.startOffset, end: reading.base + tokenEnd(token) };
}

export function nameOf(token: Token, reading: Reading): Name {
  return { text: token.image, span: tokenSpan(token, reading) };
}

/** The first of the children, which recovery may have left out whatever the grammar's types say. */
export function first<T>(children: readonly T[] | undefined): T | undefined {
  return children?.[0];
}

const isWritten = (token: Token): boolean => token.isInsertedInRecovery !== true && !Number.isNaN(token.startOffset);

/** The first child that the user wrote. */
export function firstWritten(tokens: readonly Token[] | undefined): Token | undefined {
  return tokens?.find(isWritten);
}

/** The children that the user wrote, without those that recovery supplied. */
export function written(tokens: readonly Token[] | undefined): readonly Token[] {
  return tokens?.filter(isWritten) ?? [];
}

/** Whether recovery skipped something in this node itself (not in its children). */
export function isBroken(node: CstNode | undefined): boolean {
  return node === undefined || node.recoveredNode === true;
}
