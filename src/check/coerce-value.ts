// A datum where a value of a declared type is wanted → the value as the graph holds it. Int is accepted for Float; ranges are checked.
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Value } from '../graph/typed-graph.ts';
import type { Span } from '../source/span.ts';
import type { Range, Type } from '../types/type.ts';
import { hasError, single, type Datum } from './datum.ts';
import { notOneOf, notWhole, outOfRange, wrongType, type Wanted } from './type-problems.ts';

/** Undefined where it does not fit; that has then been reported, here or before. */
export function coerceValue(
  given: Datum,
  type: Type,
  wanted: Wanted,
  report: (problem: Diagnostic) => void,
): Value | undefined {
  const datum = single(given);
  if (datum.kind === 'error' || type.kind === 'error') return undefined;
  if (type.kind === 'optional') return datum.kind === 'none' ? null : coerceValue(datum, type.inner, wanted, report);
  if (type.kind === 'list' && datum.kind === 'list') {
    const items = datum.items.map((item, index) =>
      coerceValue(
        item,
        type.element,
        { ...wanted, what: `every item of ${wanted.what}`, at: itemPlace(datum.places, index, wanted.at) },
        report,
      ),
    );
    return items.includes(undefined) ? undefined : (items as readonly Value[]);
  }
  if (datum.kind === 'value' && type.kind === 'enumeration' && datum.type === 'String') {
    const value = String(datum.value);
    if (type.values.includes(value)) return value;
    report(notOneOf(value, type.values, wanted, datum.origin));
    return undefined;
  }
  if (datum.kind === 'value' && type.kind === 'scalar') {
    if (datum.type === type.name || (datum.type === 'Int' && type.name === 'Float')) {
      if (typeof datum.value === 'number' && type.range !== undefined && !allows(type.range, datum.value)) {
        report(outOfRange(datum.value, type.range, wanted, datum.origin));
        return undefined;
      }
      return datum.value;
    }
    if (type.name === 'Int' && typeof datum.value === 'number' && datum.type === 'Float') {
      report(Number.isInteger(datum.value) ? wrongType(type, datum, wanted) : notWhole(datum.value, wanted));
      return undefined;
    }
  }
  if (!hasError(datum)) report(wrongType(type, datum, wanted));
  return undefined;
}

/** Where an item of a list is pointed at: at itself where it stands in the argument, else where the list is used. */
export function itemPlace(places: readonly Span[] | undefined, index: number, list: Span): Span {
  const place = places?.[index];
  const isInside = place?.file === list.file && place.start >= list.start && place.end <= list.end;
  return isInside ? place : list;
}

function allows({ low, high }: Range, value: number): boolean {
  if (low !== undefined && (low.inclusive ? value < low.value : value <= low.value)) return false;
  return high === undefined || (high.inclusive ? value <= high.value : value < high.value);
}

/** The value back as a datum of the declared type, so that later uses see the declared type. */
export function toDatum(value: Value, type: Type, origin: Span): Datum {
  if (value === null) return { kind: 'none', origin };
  if (Array.isArray(value)) {
    const element: Type = type.kind === 'list' ? type.element : { kind: 'error' };
    return { kind: 'list', items: (value as readonly Value[]).map((item) => toDatum(item, element, origin)), origin };
  }
  const inner = type.kind === 'optional' ? type.inner : type;
  const scalar = value as number | string | boolean;
  if (inner.kind === 'scalar') return { kind: 'value', type: inner.name, value: scalar, origin };
  return { kind: 'value', type: 'String', value: scalar, origin };
}
