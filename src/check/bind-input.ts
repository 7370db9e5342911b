// A datum where artifacts are wanted → what feeds the input, with the dimensions that it fixes.
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Binding } from '../graph/typed-graph.ts';
import type { Span } from '../source/span.ts';
import { arithmetic, unknownDimension, variablesIn, type Dimension } from '../types/dimension.ts';
import { artifactDimensions, mayStandFor, type ArtifactType, type Type } from '../types/type.ts';
import { emptySubstitution, equate, resolve } from '../types/unify.ts';
import type { CallDimensions } from './call-dimensions.ts';
import { itemPlace } from './coerce-value.ts';
import { hasError, single, type Datum, type ListDatum } from './datum.ts';
import type { SignatureParameter } from './signature.ts';
import { arithmeticDisagrees, dimensionsDisagree, sumDisagrees } from './dimension-problems.ts';
import { severalOutputs } from './several-outputs.ts';
import { wrongType, type Wanted } from './type-problems.ts';

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

/** Undefined for an absent optional input, and where the datum does not fit (which has then been reported). */
export function bindInput(given: Datum, type: Type, dimensions: CallDimensions, call: InputCall): Binding | undefined {
  const wanted: Wanted = {
    what: `\`${call.parameter.name}\` of \`${call.stage}\``,
    at: call.at,
    declared: call.parameter.declared,
  };
  const datum = single(given);
  if (datum.kind === 'error' || type.kind === 'error') return undefined;
  if (type.kind === 'optional')
    return datum.kind === 'none' ? undefined : bindInput(datum, type.inner, dimensions, call);
  if (type.kind === 'list' && datum.kind === 'list') {
    const sums = variablesOf(type).filter((name) => call.sums.includes(name));
    if (sums.length > 0) return bindSum(datum, type.element, sums, dimensions, call);
    const items = datum.items.map((item, index) =>
      bindInput(item, type.element, dimensions, { ...call, at: itemPlace(datum.places, index, call.at) }),
    );
    return { kind: 'list', items: items.filter((item) => item !== undefined) };
  }
  if (datum.kind === 'result') {
    call.report(severalOutputs(datum, type, call.at, dimensions.substitution));
    return undefined;
  }
  if (datum.kind !== 'artifact' || type.kind !== 'artifact' || !mayStandFor(datum.type, type)) {
    if (!hasError(datum)) call.report(wrongType(type, datum, wanted));
    return undefined;
  }
  bindDimensions(type, datum.type, dimensions, call);
  return datum.binding;
}

/** A list whose items have sizes of their own in `sums`, which stand for the sum of all from then on. */
function bindSum(
  list: ListDatum,
  element: Type,
  sums: readonly string[],
  dimensions: CallDimensions,
  call: InputCall,
): Binding {
  const others = { ...call, sums: call.sums.filter((name) => !sums.includes(name)) };
  const earlier = sums.map((name) => ({ name, size: dimensions.substitution.get(name) }));
  const totals = new Map<string, Dimension>();
  const items = list.items.map((item, index) => {
    for (const name of sums) dimensions.release(name);
    const at = itemPlace(list.places, index, call.at);
    const binding = bindInput(item, element, dimensions, { ...others, at });
    for (const name of sums) {
      const size = dimensions.substitution.get(name) ?? unknownDimension;
      const before = totals.get(name);
      totals.set(name, before === undefined ? size : resolve(arithmetic('+', before, size), emptySubstitution));
    }
    return binding;
  });
  for (const { name, size } of earlier) {
    // What an input before it says must be the sum as well; an empty list says nothing.
    const total = totals.get(name);
    if (size?.kind === 'known' && total?.kind === 'known' && size.value !== total.value) {
      const fixer = dimensions.fixers.get(name);
      const { parameter, at, stage } = call;
      call.report(sumDisagrees({ stage, name, total: total.value, earlier: size, fixer, parameter, at }));
      dimensions.set(name, unknownDimension);
    } else dimensions.set(name, size ?? total ?? unknownDimension);
  }
  return { kind: 'list', items: items.filter((item) => item !== undefined) };
}

function variablesOf(type: Type): readonly string[] {
  if (type.kind === 'artifact') return type.dimensions.flatMap(variablesIn);
  return type.kind === 'list' ? variablesOf(type.element) : type.kind === 'optional' ? variablesOf(type.inner) : [];
}

function bindDimensions(
  expected: ArtifactType,
  actual: ArtifactType,
  dimensions: CallDimensions,
  call: InputCall,
): void {
  let isReported = false;
  // The first dimension that disagrees says enough: two sizes of one picture are one mistake.
  for (const index of expected.dimensions.keys())
    if (!bindDimension({ expected, actual, index, call }, dimensions, !isReported)) isReported = true;
}

/** False where they disagree, which `isLoud` reports. */
function bindDimension(equation: Equation, dimensions: CallDimensions, isLoud: boolean): boolean {
  const { expected, actual, index, call } = equation;
  const { parameter, at, stage, report } = call;
  const { substitution, fixers } = dimensions;
  const wanted = expected.dimensions[index]!;
  const given: Dimension = actual.dimensions[index] ?? unknownDimension;
  const equated = equate(wanted, given, substitution);
  if (equated === 'equal') return true;
  if (equated === 'open') {
    dimensions.postpone(() => bindDimension(equation, dimensions, true));
    return true;
  }
  const names = variablesIn(wanted);
  if (equated !== 'failed') {
    dimensions.assign(equated, names, { name: parameter.name, at, declared: parameter.declared });
    return true;
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
  for (const name of names) dimensions.set(name, unknownDimension);
  return false;
}
