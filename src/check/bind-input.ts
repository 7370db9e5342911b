// A datum where artifacts are wanted → what feeds the input, with the dimensions that it fixes.
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Binding } from '../graph/typed-graph.ts';
import type { Span } from '../source/span.ts';
import { arithmetic, unknownDimension, variablesIn, type Dimension } from '../types/dimension.ts';
import { artifactDimensions, mayStandFor, type ArtifactType, type Type } from '../types/type.ts';
import { emptySubstitution, resolve, unify, unifyDimensions, type Substitution } from '../types/unify.ts';
import { itemPlace } from './coerce-value.ts';
import { hasError, single, type Datum, type ListDatum } from './datum.ts';
import type { SignatureParameter } from './signature.ts';
import { arithmeticDisagrees, dimensionsDisagree, sumDisagrees, type Fixer } from './dimension-problems.ts';
import { chooseOutput, wrongType, type Wanted } from './type-problems.ts';

/** The dimensions of one call so far. */
export interface Dimensions {
  readonly substitution: Substitution;
  readonly fixers: ReadonlyMap<string, Fixer>;
  /** What could not be decided with what was known: to be looked at again behind the last input. */
  readonly open: readonly Retry[];
}

export const noDimensions: Dimensions = { substitution: emptySubstitution, fixers: new Map(), open: [] };

/** An equation that takes what is known later. */
export type Retry = (dimensions: Dimensions) => Dimensions;

interface Equation {
  readonly expected: ArtifactType;
  readonly actual: ArtifactType;
  readonly index: number;
  readonly call: InputCall;
}

export interface InputCall {
  readonly stage: string;
  readonly parameter: SignatureParameter;
  /** Dimensions that add up over the items of a list instead of agreeing. */
  readonly sums: readonly string[];
  /** Place of the argument. */
  readonly at: Span;
  readonly report: (problem: Diagnostic) => void;
}

/** `binding` is undefined for an absent optional input, and where the datum does not fit (which has then been reported). */
export function bindInput(
  given: Datum,
  type: Type,
  dimensions: Dimensions,
  call: InputCall,
): { readonly binding: Binding | undefined; readonly dimensions: Dimensions } {
  const nothing = { binding: undefined, dimensions };
  const wanted: Wanted = {
    what: `\`${call.parameter.name}\` of \`${call.stage}\``,
    at: call.at,
    declared: call.parameter.declared,
  };
  const datum = single(given);
  if (datum.kind === 'error' || type.kind === 'error') return nothing;
  if (type.kind === 'optional') return datum.kind === 'none' ? nothing : bindInput(datum, type.inner, dimensions, call);
  if (type.kind === 'list' && datum.kind === 'list') {
    const sums = variablesOf(type).filter((name) => call.sums.includes(name));
    if (sums.length > 0) return bindSum(datum, type.element, sums, dimensions, call);
    let current = dimensions;
    const items = datum.items.map((item, index) => {
      const bound = bindInput(item, type.element, current, { ...call, at: itemPlace(datum.places, index, call.at) });
      current = bound.dimensions;
      return bound.binding;
    });
    const present = items.filter((item) => item !== undefined);
    return { binding: { kind: 'list', items: present }, dimensions: current };
  }
  if (datum.kind === 'result') {
    const fits = datum.outputs.filter(
      (output) => output.datum.kind === 'artifact' && unify(type, output.datum.type, dimensions.substitution).ok,
    );
    call.report(
      chooseOutput(
        datum,
        call.at,
        fits.map(({ name }) => name),
      ),
    );
    return nothing;
  }
  if (datum.kind !== 'artifact' || type.kind !== 'artifact' || !mayStandFor(datum.type, type)) {
    if (!hasError(datum)) call.report(wrongType(type, datum, wanted));
    return nothing;
  }
  return { binding: datum.binding, dimensions: bindDimensions(type, datum.type, dimensions, call) };
}

/** A list whose items have sizes of their own in `sums`, which stand for the sum of all from then on. */
function bindSum(
  list: ListDatum,
  element: Type,
  sums: readonly string[],
  dimensions: Dimensions,
  call: InputCall,
): { readonly binding: Binding; readonly dimensions: Dimensions } {
  const others = { ...call, sums: call.sums.filter((name) => !sums.includes(name)) };
  const totals = new Map<string, Dimension>();
  let current = dimensions;
  const items = list.items.map((item, index) => {
    const fresh = new Map(current.substitution);
    for (const name of sums) fresh.delete(name);
    const at = itemPlace(list.places, index, call.at);
    const bound = bindInput(item, element, { ...current, substitution: fresh }, { ...others, at });
    current = bound.dimensions;
    for (const name of sums) {
      const size = current.substitution.get(name) ?? unknownDimension;
      const before = totals.get(name);
      totals.set(name, before === undefined ? size : resolve(arithmetic('+', before, size), emptySubstitution));
    }
    return bound.binding;
  });
  const substitution = new Map(current.substitution);
  for (const name of sums) {
    // What an input before it says must be the sum as well; an empty list says nothing.
    const earlier = dimensions.substitution.get(name);
    const total = totals.get(name);
    if (earlier?.kind === 'known' && total?.kind === 'known' && earlier.value !== total.value) {
      const fixer = dimensions.fixers.get(name);
      const { parameter, at } = call;
      call.report(sumDisagrees({ stage: call.stage, name, total: total.value, earlier, fixer, parameter, at }));
      substitution.set(name, unknownDimension);
    } else substitution.set(name, earlier ?? total ?? unknownDimension);
  }
  return {
    binding: { kind: 'list', items: items.filter((item) => item !== undefined) },
    dimensions: { ...current, substitution },
  };
}

function variablesOf(type: Type): readonly string[] {
  if (type.kind === 'artifact') return type.dimensions.flatMap(variablesIn);
  return type.kind === 'list' ? variablesOf(type.element) : type.kind === 'optional' ? variablesOf(type.inner) : [];
}

function bindDimensions(
  expected: ArtifactType,
  actual: ArtifactType,
  dimensions: Dimensions,
  call: InputCall,
): Dimensions {
  let current = dimensions;
  let isReported = false;
  for (const index of expected.dimensions.keys()) {
    const next = bindDimension({ expected, actual, index, call }, current, !isReported);
    // The first dimension that disagrees says enough: two sizes of one picture are one mistake.
    isReported ||= next.failed;
    current = next.dimensions;
  }
  return current;
}

/** What the equations left open come to, now that all inputs are bound; what is still open depends on something wrong or absent. */
export function bindOpen(dimensions: Dimensions): Dimensions {
  let current = dimensions;
  for (let count = Infinity; current.open.length > 0 && current.open.length < count;) {
    const { open } = current;
    count = open.length;
    current = { ...current, open: [] };
    for (const retry of open) current = retry(current);
  }
  return current;
}

function bindDimension(
  equation: Equation,
  dimensions: Dimensions,
  isLoud: boolean,
): { readonly dimensions: Dimensions; readonly failed: boolean } {
  const { expected, actual, index, call } = equation;
  const { parameter, at, stage, report } = call;
  const { substitution, fixers } = dimensions;
  const wanted = expected.dimensions[index]!;
  const given: Dimension = actual.dimensions[index] ?? unknownDimension;
  const next = unifyDimensions(wanted, given, substitution);
  if (next === 'open') {
    const retry: Retry = (later) => bindDimension(equation, later, true).dimensions;
    return { dimensions: { ...dimensions, open: [...dimensions.open, retry] }, failed: false };
  }
  const names = variablesIn(wanted);
  if (next !== 'failed') {
    const fixer: Fixer = { name: parameter.name, at, declared: parameter.declared };
    const fixed = names.filter((name) => next.has(name) && !substitution.has(name) && !fixers.has(name));
    const known = fixed.length === 0 ? fixers : new Map([...fixers, ...fixed.map((name) => [name, fixer] as const)]);
    return { dimensions: { ...dimensions, substitution: next, fixers: known }, failed: false };
  }
  if (isLoud) {
    const right = { name: parameter.name, dimension: given, at, declared: parameter.declared, type: actual };
    const name = wanted.kind === 'variable' ? wanted.name : undefined;
    const fixer = name === undefined ? undefined : fixers.get(name);
    report(
      wanted.kind === 'arithmetic'
        ? arithmeticDisagrees({ stage, wanted, substitution, fixers, right })
        : dimensionsDisagree({
            stage,
            variable: name,
            letter: artifactDimensions[expected.name][index] ?? '?',
            left: {
              name: fixer?.name ?? parameter.name,
              dimension: resolve(wanted, substitution),
              at: fixer?.at,
              declared: fixer?.declared ?? parameter.declared,
            },
            right,
          }),
    );
  }
  // Whatever depends on it is not known any more, so that nothing later reports it again.
  const forgotten = new Map(substitution);
  for (const name of names) forgotten.set(name, unknownDimension);
  return { dimensions: { ...dimensions, substitution: forgotten }, failed: true };
}
