// Every place in the given programs that stands for the same thing as the name at a place. A name that stands for several things, as a label
// in a comprehension over stages does, ties them together: what is true of one is then true of all.
import type { Location } from 'vscode-languageserver-types';
import type { SourceFile } from '../source/source-file.ts';
import type { Span } from '../source/span.ts';
import type { Analysis } from './analysis.ts';
import { namedAt } from './at.ts';
import { modulePath, rangeOf, uriOf } from './places.ts';

/** A name in a program. `file` is a path, also for the standard library. */
export interface Occurrence extends Span {
  readonly isDefinition: boolean;
  readonly source: SourceFile;
}

export function occurrences(analysis: Analysis, offset: number, programs: readonly Analysis[]): readonly Occurrence[] {
  const named = namedAt(analysis, offset);
  if (named === undefined) return [];
  const all = programs.includes(analysis) ? programs : [analysis, ...programs];
  const keyOf = ({ file, start }: Span): string => `${modulePath(file, analysis.stdlib)}:${start}`;
  const meant = new Map<string, Occurrence>();
  const add = (span: Span, { modules }: Analysis): boolean => {
    const source = modules.get(span.file)?.source;
    if (meant.has(keyOf(span)) || source === undefined) return false;
    meant.set(keyOf(span), { ...span, file: modulePath(span.file, analysis.stdlib), isDefinition: true, source });
    return true;
  };
  for (const span of named.definitions) add(span, analysis);
  for (let isGrowing = true; isGrowing;) {
    isGrowing = false;
    for (const program of all)
      for (const { definitions } of program.meanings.uses)
        if (definitions.length > 1 && definitions.some((span) => meant.has(keyOf(span))))
          for (const span of definitions) isGrowing = add(span, program) || isGrowing;
  }
  const found = new Map(meant);
  for (const { meanings, source } of all) {
    for (const { at, definitions } of meanings.uses) {
      if (found.has(keyOf(at)) || !definitions.some((span) => meant.has(keyOf(span)))) continue;
      found.set(keyOf(at), { ...at, file: modulePath(at.file, analysis.stdlib), isDefinition: false, source });
    }
  }
  return [...found.values()].sort((a, b) => (a.file === b.file ? a.start - b.start : a.file < b.file ? -1 : 1));
}

export function references(
  analysis: Analysis,
  offset: number,
  programs: readonly Analysis[],
  includeDefinitions: boolean,
): readonly Location[] {
  return occurrences(analysis, offset, programs)
    .filter(({ isDefinition }) => includeDefinitions || !isDefinition)
    .map(({ file, source, ...span }) => ({ uri: uriOf(file), range: rangeOf(span, source) }));
}
