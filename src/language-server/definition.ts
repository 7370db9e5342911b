// Where what stands at a place is defined, in this module or another: a name, or the path of an import.
import type { Location } from 'vscode-languageserver-types';
import type { Analysis } from './analysis.ts';
import { importAt, locationOf, namedAt } from './at.ts';
import { modulePath, uriOf } from './places.ts';

export function definition(analysis: Analysis, offset: number): readonly Location[] {
  const named = namedAt(analysis, offset);
  if (named !== undefined)
    return named.definitions.map((span) => locationOf(span, analysis)).filter((location) => location !== undefined);
  const module = importAt(analysis, offset)?.module;
  if (module === undefined) return [];
  const start = { line: 0, character: 0 };
  return [{ uri: uriOf(modulePath(module.key, analysis.stdlib)), range: { start, end: start } }];
}
