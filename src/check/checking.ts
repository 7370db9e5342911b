// What the checks of one pipeline share. Expressions, calls and blocks contain each other, so they reach each other through this value
// instead of importing each other in a circle.
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { GraphBuilder, type Place } from '../graph/graph-builder.ts';
import type { Annotations } from '../graph/typed-graph.ts';
import type { Span } from '../source/span.ts';
import type { Block, Expression } from '../syntax/ast.ts';
import type { Type } from '../types/type.ts';
import type { Datum } from './datum.ts';
import { noRecorder, type Recorder } from './recorder.ts';
import type { Scope } from './scope.ts';

/** Where an expression stands: what its names mean, and what the steps that it makes are called. */
export interface Situation {
  readonly scope: Scope;
  readonly place: Place;
  /** In front of the names bound here: `outer.` inside the composite stage bound to `outer`. */
  readonly prefix: string;
  readonly annotations: Annotations;
  /** Ids of the composite stages being expanded, to notice one that uses itself. */
  readonly inside: readonly string[];
  /** What the expression is wanted for, where that helps a message. */
  readonly wanted?: Type;
}

export type BlockKind = 'pipeline' | 'stage' | 'for';

export interface BlockResult {
  readonly outputs: readonly { readonly name: string; readonly datum: Datum; readonly span: Span; readonly at: Span }[];
  /** What a `for` yields; undefined where it has no yield. */
  readonly yielded: Datum | undefined;
}

/** A module that has a stage of the name that was not found. */
export interface Offer {
  readonly module: string;
  /** The last name in an import of that module. */
  readonly last: Span;
}

export interface Checking {
  readonly report: (problem: Diagnostic) => void;
  readonly graph: GraphBuilder;
  /** Counts a call or a round of a `for`; false, after reporting, where a program has more than anybody can want to run. */
  readonly enter: () => boolean;
  /** Notes that the definition at this place is used. */
  readonly use: (definition: Span) => void;
  /** Told what the names of the text mean. */
  readonly record: Recorder;
  /** Of the standard library. */
  readonly isStandard: (module: string) => boolean;
  /** The scope of a module's own names. */
  readonly moduleScope: (module: string) => Scope;
  /** Imports of the file of `at` that could name this stage, and do not. */
  readonly offers: (stage: string, at: Span) => readonly Offer[];
  readonly evaluate: (expression: Expression, situation: Situation) => Datum;
  readonly evaluateBlock: (block: Block, kind: BlockKind, situation: Situation) => BlockResult;
  /** The same with some of it exchanged, also for all that is evaluated within. */
  readonly derive: (changes: Partial<Pick<Checking, 'report' | 'graph' | 'use' | 'record'>>) => Checking;
}

/** A look at what something would come to: nothing is reported, used or told, and no step is made. */
export const quietly = (checking: Checking): Checking =>
  checking.derive({ report: nothing, use: nothing, record: noRecorder, graph: new GraphBuilder() });

const nothing = (): void => undefined;

/** The same situation one step into the expression: `page` → `page.images`, `page[0]`. */
export function into(situation: Situation, step: string, wanted?: Type): Situation {
  const { scope, prefix, annotations, inside, place } = situation;
  const { path, cells, around } = place;
  const deeper = { scope, place: { path: path + step, cells, around }, prefix, annotations, inside };
  return wanted === undefined ? deeper : { ...deeper, wanted };
}
