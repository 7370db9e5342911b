// The lengths that a type asks of lists, such as `[Scores]<R>` → held against the lists at hand, and against what was said of R before. A length is a
// dimension like any other. Knows nothing of what is in the lists.
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Span } from '../source/span.ts';
import { unknownDimension, variablesIn, type Dimension, type KnownDimension } from '../types/dimension.ts';
import type { Type } from '../types/type.ts';
import { equate } from '../types/unify.ts';
import type { CallDimensions } from './call-dimensions.ts';
import { itemPlace } from './coerce-value.ts';
import { single, type Datum, type ListDatum } from './datum.ts';
import { items, lengthDisagrees } from './length-problems.ts';
import type { SignatureParameter } from './signature.ts';

export interface ListCall {
  readonly stage: string;
  readonly parameter: SignatureParameter;
  /** The argument; undefined for a default. */
  readonly at: Span | undefined;
  /** Where the problems of a default are pointed at. */
  readonly call: Span;
  /** The list is an item of the argument. */
  readonly isInner?: boolean;
  readonly report: (problem: Diagnostic) => void;
}

/** Whether a type asks for a length anywhere. */
export function asksLength(type: Type): boolean {
  if (type.kind === 'optional') return asksLength(type.inner);
  return type.kind === 'list' && (type.length !== undefined || asksLength(type.element));
}

/** Adds what the lengths of `given` say of dimensions. What is not a list of the type is for others to report. */
export function bindLengths(given: Datum, type: Type, dimensions: CallDimensions, call: ListCall): void {
  const list = single(given);
  if (type.kind === 'optional') return bindLengths(list, type.inner, dimensions, call);
  if (type.kind !== 'list' || list.kind !== 'list' || !asksLength(type)) return;
  const { element, length } = type;
  if (length !== undefined && isCounted(list) && !isLeftOut(list, call.parameter))
    bindLength(length, list, dimensions, call);
  for (const [index, item] of list.items.entries()) {
    const at = call.at === undefined ? undefined : itemPlace(list.places, index, call.at);
    bindLengths(item, element, dimensions, { ...call, at, isInner: true });
  }
}

/** An item with an error may stand for none or for several. */
const isCounted = ({ items, anyLength }: ListDatum): boolean =>
  anyLength !== true && !items.some(({ kind }) => kind === 'error');

/** A list that is empty by default may be left out, or given as empty, however long the others are. */
const isLeftOut = ({ items }: ListDatum, { default: standard }: SignatureParameter): boolean =>
  items.length === 0 && standard?.kind === 'list' && standard.items.length === 0;

function bindLength(wanted: Dimension, list: ListDatum, dimensions: CallDimensions, call: ListCall): void {
  const { parameter, at, report } = call;
  const { substitution, fixers } = dimensions;
  const count = list.items.length;
  const origin = { span: list.origin, text: `this has ${items(count)}` };
  const given: KnownDimension = { kind: 'known', value: count, origin };
  const equated = equate(wanted, given, substitution);
  if (equated === 'equal') return;
  if (equated === 'open') return dimensions.postpone(() => bindLength(wanted, list, dimensions, call));
  const names = variablesIn(wanted);
  if (equated === 'failed') {
    report(lengthDisagrees({ ...call, isInner: call.isInner === true, wanted, given, substitution, fixers }));
    // As for sizes: nothing that depends on it is reported again.
    for (const name of names) dimensions.set(name, unknownDimension);
    return;
  }
  dimensions.assign(equated, names, { name: parameter.name, at, declared: parameter.declared, isLength: true });
}
