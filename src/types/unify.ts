// Unification: the least that variables must stand for so that two types become one (Robinson 1965, on flat dimensions).
// Symmetric in its two types; where it fails it says at which dimension, so that a message can name both sides.
// Arithmetic is solved where one unknown stands linearly in an equation; other equations come back as open, for when more is known.
import { evaluateDimension, originOf, solve } from './dimension-arithmetic.ts';
import { known, unknownDimension, variablesIn, type Dimension, type Origin } from './dimension.ts';
import { formatDimension } from './format-type.ts';
import { ownSizes, type ArtifactType, type StageTypeField, type Type } from './type.ts';

/** What each variable stands for, which may hold other variables. Never cyclic. */
export type Substitution = ReadonlyMap<string, Dimension>;

export const emptySubstitution: Substitution = new Map();

/** Two dimensions that must be equal, and could not be decided yet. */
export type Equation = readonly [left: Dimension, right: Dimension];

export type Unified =
  | { readonly ok: true; readonly substitution: Substitution; readonly open: readonly Equation[] }
  /** The types are of different form: an image set is not a list. */
  | { readonly ok: false; readonly why: 'type'; readonly left: Type; readonly right: Type }
  /** Same form, but dimension `index` of these artifacts can never be the same number. */
  | {
      readonly ok: false;
      readonly why: 'dimension';
      readonly index: number;
      readonly left: ArtifactType;
      readonly right: ArtifactType;
    };

/** What a dimension stands for: a number, unknown, a variable that nothing fixes yet, or arithmetic that comes to no size (yet). */
export function resolve(dimension: Dimension, substitution: Substitution): Dimension {
  switch (dimension.kind) {
    case 'known':
    case 'unknown':
      return dimension;
    case 'variable': {
      const next = substitution.get(dimension.name);
      return next === undefined ? dimension : resolve(next, substitution);
    }
    case 'arithmetic': {
      const [left, right] = [resolve(dimension.left, substitution), resolve(dimension.right, substitution)];
      const resolved: Dimension = { ...dimension, left, right };
      const evaluated = evaluateDimension(resolved);
      if (evaluated.kind === 'unknown') return unknownDimension;
      if (evaluated.kind !== 'size') return resolved;
      return known(evaluated.value, derived(originOf(resolved), dimension, evaluated.value));
    }
  }
}

/** `28 comes from here, so H / 2 is 14`. */
function derived(origin: Origin | undefined, from: Dimension, value: number): Origin | undefined {
  return origin === undefined
    ? undefined
    : { ...origin, text: `${origin.text}, so ${formatDimension(from)} is ${value}` };
}

/** What a variable must stand for. */
export interface Assignment {
  readonly variable: string;
  readonly dimension: Dimension;
}

/** What makes both dimensions one: nothing where they are that, or a variable's value; `failed` where nothing does, `open` where that needs more to be known. */
export function equate(
  left: Dimension,
  right: Dimension,
  substitution: Substitution,
): Assignment | 'equal' | 'failed' | 'open' {
  const a = resolve(left, substitution);
  const b = resolve(right, substitution);
  if (a.kind === 'unknown' && b.kind === 'unknown') return 'equal';
  if (a.kind === 'variable' && !variablesIn(b).includes(a.name)) return { variable: a.name, dimension: b };
  if (b.kind === 'variable' && !variablesIn(a).includes(b.name)) return { variable: b.name, dimension: a };
  // By far the commonest, and no equation.
  if (a.kind === 'known' && b.kind === 'known') return a.value === b.value ? 'equal' : 'failed';
  const solved = solve(a, b);
  switch (solved.kind) {
    case 'equal':
      return 'equal';
    case 'never':
      return 'failed';
    case 'open':
      return 'open';
    case 'solution': {
      const [asked, given] = a.kind === 'known' ? [right, a] : [left, b];
      const origin = originOf(given);
      const text = `${origin?.text}, and ${formatDimension(asked)} must be that`;
      return {
        variable: solved.variable,
        dimension: known(solved.value, origin === undefined ? undefined : { ...origin, text }),
      };
    }
  }
}

/** The substitution that makes both dimensions one; `failed` where none does, `open` where that needs more to be known. */
export function unifyDimensions(
  left: Dimension,
  right: Dimension,
  substitution: Substitution,
): Substitution | 'failed' | 'open' {
  const equated = equate(left, right, substitution);
  if (equated === 'equal') return substitution;
  return typeof equated === 'string' ? equated : new Map(substitution).set(equated.variable, equated.dimension);
}

/** Extends the substitution so that both types are one. Scalars must have the same name; their ranges are checked on values. */
export function unify(left: Type, right: Type, substitution: Substitution): Unified {
  const differ: Unified = { ok: false, why: 'type', left, right };
  const matched: Unified = { ok: true, substitution, open: [] };
  if (left.kind === 'error' || right.kind === 'error') return matched;
  if (left.kind === 'artifact' && right.kind === 'artifact') {
    return left.name === right.name ? unifyArtifacts(left, right, substitution) : differ;
  }
  if (left.kind === 'list' && right.kind === 'list') {
    const lengths = unifyDimensions(left.length ?? unknownDimension, right.length ?? unknownDimension, substitution);
    if (lengths === 'failed') return differ;
    if (lengths !== 'open') return unify(left.element, right.element, lengths);
    const elements = unify(left.element, right.element, substitution);
    return elements.ok ? { ...elements, open: [...elements.open, [left.length!, right.length!]] } : elements;
  }
  if (left.kind === 'optional' && right.kind === 'optional') return unify(left.inner, right.inner, substitution);
  if (left.kind === 'scalar' && right.kind === 'scalar') return left.name === right.name ? matched : differ;
  if (left.kind === 'enumeration' && right.kind === 'enumeration') {
    const same =
      left.values.length === right.values.length && left.values.every((value) => right.values.includes(value));
    return same ? matched : differ;
  }
  if (left.kind === 'record' && right.kind === 'record' && left.fields.length === right.fields.length) {
    let result: Unified & { readonly ok: true } = matched;
    for (const field of left.fields) {
      const other = right.fields.find((candidate) => candidate.name === field.name);
      if (other === undefined) return differ;
      const next = unify(field.type, other.type, result.substitution);
      if (!next.ok) return next;
      result = { ...next, open: [...result.open, ...next.open] };
    }
    return result;
  }
  return differ;
}

function unifyArtifacts(left: ArtifactType, right: ArtifactType, substitution: Substitution): Unified {
  let current = substitution;
  const open: Equation[] = [];
  for (const [index, dimension] of left.dimensions.entries()) {
    const other = right.dimensions[index] ?? unknownDimension;
    const next = unifyDimensions(dimension, other, current);
    if (next === 'failed') return { ok: false, why: 'dimension', index, left, right };
    if (next === 'open') open.push([dimension, other]);
    else current = next;
  }
  return { ok: true, substitution: current, open };
}

/** The type with every variable replaced by what it stands for. */
export function substitute(type: Type, substitution: Substitution): Type {
  switch (type.kind) {
    case 'artifact':
      return { ...type, dimensions: type.dimensions.map((dimension) => resolve(dimension, substitution)) };
    case 'list':
      return {
        ...type,
        element: substitute(type.element, substitution),
        ...(type.length === undefined ? {} : { length: resolve(type.length, substitution) }),
      };
    case 'optional':
      return { ...type, inner: substitute(type.inner, substitution) };
    case 'record':
      return {
        ...type,
        fields: type.fields.map((field) => ({ ...field, type: substitute(field.type, substitution) })),
      };
    case 'stage': {
      const own = ownSizes(type);
      const outer = own.some((name) => substitution.has(name))
        ? new Map([...substitution].filter(([name]) => !own.includes(name)))
        : substitution;
      const inField = (field: StageTypeField): StageTypeField => ({ ...field, type: substitute(field.type, outer) });
      return { ...type, takes: type.takes.map(inField), results: type.results.map(inField) };
    }
    case 'scalar':
    case 'enumeration':
    case 'error':
      return type;
  }
}
