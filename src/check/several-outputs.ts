// Several outputs where an artifact of one type is wanted → the problem, with those that would fit.
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Span } from '../source/span.ts';
import type { Type } from '../types/type.ts';
import { unify, type Substitution } from '../types/unify.ts';
import type { Datum } from './datum.ts';
import { chooseOutput } from './type-problems.ts';

export function severalOutputs(
  result: Extract<Datum, { kind: 'result' }>,
  wanted: Type,
  at: Span,
  substitution: Substitution,
): Diagnostic {
  const fits = result.outputs.filter(
    ({ datum }) => datum.kind === 'artifact' && unify(wanted, datum.type, substitution).ok,
  );
  return chooseOutput(
    result,
    at,
    fits.map(({ name }) => name),
  );
}
