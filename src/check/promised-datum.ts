// What the body of a stage gives for an output, held to what its signature promises → what callers see: artifacts, values, and lists of both.
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Origin } from '../types/dimension.ts';
import { holdsArtifacts, mayStandFor, type Type } from '../types/type.ts';
import { emptySubstitution, unify, unifyDimensions } from '../types/unify.ts';
import { coerceValue, itemPlace, toDatum } from './coerce-value.ts';
import { otherLength, wrongOutput } from './composite-problems.ts';
import { errorDatum, hasError, single, type Datum } from './datum.ts';
import { severalOutputs } from './several-outputs.ts';
import type { Wanted } from './type-problems.ts';

/** An error datum where it is not what is promised; that has then been reported, here or before. */
export function promisedDatum(
  given: Datum,
  promised: Type,
  wanted: Wanted,
  made: Origin,
  report: (problem: Diagnostic) => void,
): Datum {
  const datum = single(given);
  if (datum.kind === 'error' || promised.kind === 'error') return errorDatum;
  if (promised.kind === 'optional')
    return datum.kind === 'none' ? datum : promisedDatum(datum, promised.inner, wanted, made, report);
  if (promised.kind === 'list' && datum.kind === 'list') {
    const { length } = promised;
    const count = { kind: 'known', value: datum.items.length, origin: undefined } as const;
    const isCounted = datum.anyLength !== true && !hasError(datum);
    if (length !== undefined && isCounted && unifyDimensions(length, count, emptySubstitution) === 'failed') {
      report(otherLength(length, datum.items.length, wanted));
      return errorDatum;
    }
    const items = datum.items.map((item, index) => {
      const at = itemPlace(datum.places, index, wanted.at);
      return promisedDatum(
        item,
        promised.element,
        { ...wanted, what: `every item of ${wanted.what}`, at },
        made,
        report,
      );
    });
    return { ...datum, items };
  }
  if (!holdsArtifacts(promised)) {
    const value = coerceValue(datum, promised, wanted, report);
    return value === undefined ? errorDatum : toDatum(value, promised, wanted.at);
  }
  if (datum.kind === 'result') {
    report(severalOutputs(datum, promised, wanted.at, emptySubstitution));
    return errorDatum;
  }
  if (
    datum.kind === 'artifact' &&
    promised.kind === 'artifact' &&
    mayStandFor(datum.type, promised) &&
    unify(promised, datum.type, emptySubstitution).ok
  ) {
    // Callers see what is promised; what the promise leaves open is as it came out.
    const dimensions = promised.dimensions.map((dimension, at) => {
      const actual = datum.type.dimensions[at];
      return actual?.kind === 'known' ? actual : dimension;
    });
    return { ...datum, made, type: { ...promised, dimensions } };
  }
  report(wrongOutput(promised, datum, wanted));
  return errorDatum;
}
