// What a check has told of the names of one file, kept for questions by place: an editor's index. In: what a Recorder is told.
// Holds no rule of the language: what a name means has been decided by the check.
import type { TypedGraph } from '../graph/typed-graph.ts';
import type { Span } from '../source/span.ts';
import type { PipelineDefinition } from '../syntax/ast.ts';
import type { Datum } from './datum.ts';
import type { Definition, Recorder } from './recorder.ts';
import type { Scope } from './scope.ts';

/** A name in the file that stands for something defined elsewhere. */
export interface Use {
  readonly at: Span;
  /** Places of what it stands for: several where the rounds of a `for` call several stages. */
  readonly definitions: readonly Span[];
}

export interface Meanings {
  /** In the order of the text. */
  readonly uses: readonly Use[];
  /** Everything that is defined in this file and in the modules that it imports, by `placeKey`. */
  readonly definitions: ReadonlyMap<string, Definition>;
  /** What the name that starts at this offset holds: in the first round, and in a body before any call. */
  readonly values: ReadonlyMap<number, Datum>;
  /** The names in force in a block, by where the block starts. */
  readonly scopes: ReadonlyMap<number, Scope>;
  /** The stages that a module has by name; undefined where there was no check. */
  readonly scopeOf: ((module: string) => Scope) | undefined;
  /** Each pipeline with the values that its parameters have by default. */
  readonly graphs: ReadonlyMap<PipelineDefinition, TypedGraph>;
}

const isSame = (a: Span, b: Span): boolean => a === b || (a.start === b.start && a.file === b.file);

export const placeKey = ({ file, start }: Span): string => `${file}:${start}`;

/** A recorder, and what it has been told of the names in `file` when the check is done. */
export function recordMeanings(file: string): { readonly record: Recorder; readonly meanings: () => Meanings } {
  const definitions = new Map<string, Definition>();
  const uses = new Map<number, { readonly at: Span; readonly definitions: Span[] }>();
  const values = new Map<number, Datum>();
  const scopes = new Map<number, Scope>();
  const graphs = new Map<PipelineDefinition, TypedGraph>();
  let scopeOf: ((module: string) => Scope) | undefined;
  const record: Recorder = {
    define: (definition) => {
      const key = placeKey(definition.span);
      if (!definitions.has(key)) definitions.set(key, definition);
    },
    use: (at, definition) => {
      if (at.file !== file) return;
      const use = uses.get(at.start);
      if (use === undefined) uses.set(at.start, { at, definitions: [definition] });
      else if (!use.definitions.some((known) => isSame(known, definition))) use.definitions.push(definition);
    },
    value: (at, datum) => {
      if (at.file === file && !values.has(at.start)) values.set(at.start, datum);
    },
    scope: (block, scope) => {
      if (block.file === file && !scopes.has(block.start)) scopes.set(block.start, scope);
    },
    graph: (pipeline, graph) => {
      if (!graphs.has(pipeline)) graphs.set(pipeline, graph);
    },
    modules: (given) => {
      scopeOf = given;
    },
  };
  const meanings = (): Meanings => ({
    uses: [...uses.values()].sort((a, b) => a.at.start - b.at.start),
    ...{ definitions, values, scopes, scopeOf, graphs },
  });
  return { record, meanings };
}

/** The use at an offset, its end included: a cursor behind a name is at it. */
export function useAt({ uses }: Meanings, offset: number): Use | undefined {
  let low = 0;
  let high = uses.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (uses[middle]!.at.start <= offset) low = middle + 1;
    else high = middle;
  }
  const use = uses[low - 1];
  return use !== undefined && offset <= use.at.end ? use : undefined;
}
