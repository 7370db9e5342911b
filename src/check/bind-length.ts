// The lengths that a type asks of lists, such as `[Scores]<R>` → held against the lists at hand, and against what was said of R before. A length is a
// dimension like any other. Knows nothing of what is in the lists.
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Span } from '../source/span.ts';
import { unknownDimension, variablesIn, type Dimension, type KnownDimension } from '../types/dimension.ts';
import type { Type } from '../types/type.ts';
import { unifyDimensions } from '../types/unify.ts';
import type { Dimensions, Retry } from './bind-input.ts';
import { itemPlace } from './coerce-value.ts';
import { single, type Datum, type ListDatum } from './datum.ts';
import type { Fixer } from './dimension-problems.ts';
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

/** The dimensions with those that the lengths of `given` fix. What is not a list of the type is for others to report. */
export function bindLengths(given: Datum, type: Type, dimensions: Dimensions, call: ListCall): Dimensions {
  const list = single(given);
  if (type.kind === 'optional') return bindLengths(list, type.inner, dimensions, call);
  if (type.kind !== 'list' || list.kind !== 'list' || !asksLength(type)) return dimensions;
  const { element, length } = type;
  const isHeld = length !== undefined && isCounted(list) && !isLeftOut(list, call.parameter);
  const bound = isHeld ? bindLength(length, list, dimensions, call) : dimensions;
  return list.items.reduce<Dimensions>((current, item, index) => {
    const at = call.at === undefined ? undefined : itemPlace(list.places, index, call.at);
    return bindLengths(item, element, current, { ...call, at, isInner: true });
  }, bound);
}

/** An item with an error may stand for none or for several. */
const isCounted = ({ items, anyLength }: ListDatum): boolean =>
  anyLength !== true && !items.some(({ kind }) => kind === 'error');

/** A list that is empty by default may be left out, or given as empty, however long the others are. */
const isLeftOut = ({ items }: ListDatum, { default: standard }: SignatureParameter): boolean =>
  items.length === 0 && standard?.kind === 'list' && standard.items.length === 0;

function bindLength(wanted: Dimension, list: ListDatum, dimensions: Dimensions, call: ListCall): Dimensions {
  const { parameter, at, report } = call;
  const { substitution, fixers } = dimensions;
  const count = list.items.length;
  const origin = { span: list.origin, text: `this has ${items(count)}` };
  const given: KnownDimension = { kind: 'known', value: count, origin };
  const next = unifyDimensions(wanted, given, substitution);
  if (next === 'open') {
    const retry: Retry = (later) => bindLength(wanted, list, later, call);
    return { ...dimensions, open: [...dimensions.open, retry] };
  }
  const names = variablesIn(wanted);
  if (next === 'failed') {
    report(lengthDisagrees({ ...call, isInner: call.isInner === true, wanted, given, substitution, fixers }));
    // As for sizes: nothing that depends on it is reported again.
    return {
      ...dimensions,
      substitution: new Map([...substitution, ...names.map((name) => [name, unknownDimension] as const)]),
    };
  }
  const fixer: Fixer = { name: parameter.name, at, declared: parameter.declared, isLength: true };
  const fixed = names.filter((name) => next.has(name) && !substitution.has(name) && !fixers.has(name));
  return {
    ...dimensions,
    substitution: next,
    fixers: new Map([...fixers, ...fixed.map((name) => [name, fixer] as const)]),
  };
}
