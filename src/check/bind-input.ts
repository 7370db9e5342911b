// A datum where artifacts are wanted → what feeds the input, with the dimensions that it fixes.
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Binding } from '../graph/typed-graph.ts';
import type { Span } from '../source/span.ts';
import { unknownDimension, type Dimension } from '../types/dimension.ts';
import { artifactDimensions, type ArtifactType, type Type } from '../types/type.ts';
import { resolve, unify, unifyDimensions, type Substitution } from '../types/unify.ts';
import { itemPlace } from './coerce-value.ts';
import { hasError, single, type Datum } from './datum.ts';
import type { SignatureParameter } from './signature.ts';
import { chooseOutput, dimensionsDisagree, wrongType, type Wanted } from './type-problems.ts';

/** What fixed a dimension variable of a call first. */
export interface Fixer {
  readonly name: string;
  /** The argument; undefined where a default did. */
  readonly at: Span | undefined;
  readonly declared: Span;
}

/** The dimensions of one call so far. */
export interface Dimensions {
  readonly substitution: Substitution;
  readonly fixers: ReadonlyMap<string, Fixer>;
}

export interface InputCall {
  readonly stage: string;
  readonly parameter: SignatureParameter;
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
  if (datum.kind !== 'artifact' || type.kind !== 'artifact' || datum.type.name !== type.name) {
    if (!hasError(datum)) call.report(wrongType(type, datum, wanted));
    return nothing;
  }
  return { binding: datum.binding, dimensions: bindDimensions(type, datum.type, dimensions, call) };
}

function bindDimensions(
  expected: ArtifactType,
  actual: ArtifactType,
  dimensions: Dimensions,
  call: InputCall,
): Dimensions {
  const { parameter, at, stage, report } = call;
  const fixers = new Map(dimensions.fixers);
  let substitution = dimensions.substitution;
  let isReported = false;
  for (const [index, wanted] of expected.dimensions.entries()) {
    const given: Dimension = actual.dimensions[index] ?? unknownDimension;
    const next = unifyDimensions(wanted, given, substitution);
    if (next !== undefined) {
      if (wanted.kind === 'variable' && next !== substitution && !fixers.has(wanted.name))
        fixers.set(wanted.name, { name: parameter.name, at, declared: parameter.declared });
      substitution = next;
      continue;
    }
    const name = wanted.kind === 'variable' ? wanted.name : undefined;
    const fixer = name === undefined ? undefined : fixers.get(name);
    // The first dimension that disagrees says enough: two sizes of one picture are one mistake.
    if (!isReported) {
      report(
        dimensionsDisagree({
          stage,
          variable: name,
          letter: artifactDimensions[expected.name][index] ?? '?',
          left: {
            name: fixer?.name ?? parameter.name,
            dimension: resolve(wanted, substitution),
            at: fixer?.at,
            declared: fixer?.declared ?? parameter.declared,
          },
          right: { name: parameter.name, dimension: given, at, declared: parameter.declared, type: actual },
        }),
      );
    }
    isReported = true;
    // Whatever depends on it is not known any more, so that nothing later reports it again.
    if (name !== undefined) substitution = new Map(substitution).set(name, unknownDimension);
  }
  return { substitution, fixers };
}
