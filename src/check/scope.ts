// Names in force at a place: frames of a block, each inside another, down to the module's stages.
import type { Span } from '../source/span.ts';
import type { Datum } from './datum.ts';

export interface Entry {
  readonly datum: Datum;
  /** Where the name is defined. */
  readonly span: Span;
  readonly what: 'parameter' | 'binding' | 'variable' | 'stage';
}

export interface Scope {
  readonly entries: Map<string, Entry>;
  readonly parent: Scope | undefined;
  /** Names that this block binds, also those further down: for saying "used before its definition". */
  readonly bound: ReadonlyMap<string, Span>;
  /** Names that syntax errors may have hidden: silent when they are not found. */
  readonly perhapsDefined: ReadonlySet<string>;
}

export function innerScope(parent: Scope, bound: ReadonlyMap<string, Span> = new Map()): Scope {
  return { entries: new Map(), parent, bound, perhapsDefined: parent.perhapsDefined };
}

export function find(name: string, scope: Scope): Entry | undefined {
  for (let frame: Scope | undefined = scope; frame !== undefined; frame = frame.parent) {
    const entry = frame.entries.get(name);
    if (entry !== undefined) return entry;
  }
  return undefined;
}

/** Where a block around this place binds the name further down, if it does. */
export function boundLater(name: string, scope: Scope): Span | undefined {
  for (let frame: Scope | undefined = scope; frame !== undefined; frame = frame.parent) {
    const span = frame.bound.get(name);
    if (span !== undefined) return span;
  }
  return undefined;
}

/** Every name in force, inner ones first. */
export function* namesInScope(scope: Scope): Generator<readonly [string, Entry]> {
  for (let frame: Scope | undefined = scope; frame !== undefined; frame = frame.parent) yield* frame.entries;
}
