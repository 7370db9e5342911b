// Unification: the least that variables must stand for so that two types become one (Robinson 1965, on flat dimensions).
// Symmetric in its two types; where it fails it says at which dimension, so that a message can name both sides.
import type { Dimension } from './dimension.ts';
import type { ArtifactType, Type } from './type.ts';

/** What each variable stands for; a variable may stand for another. Never cyclic. */
export type Substitution = ReadonlyMap<string, Dimension>;

export const emptySubstitution: Substitution = new Map();

export type Unified =
  | { readonly ok: true; readonly substitution: Substitution }
  /** The types are of different form: an image set is not a list. */
  | { readonly ok: false; readonly why: 'type'; readonly left: Type; readonly right: Type }
  /** Same form, but dimension `index` of these artifacts is two different numbers. */
  | {
      readonly ok: false;
      readonly why: 'dimension';
      readonly index: number;
      readonly left: ArtifactType;
      readonly right: ArtifactType;
    };

/** What a dimension stands for: a number, unknown, or a variable that nothing fixes yet. */
export function resolve(dimension: Dimension, substitution: Substitution): Dimension {
  let current = dimension;
  while (current.kind === 'variable') {
    const next = substitution.get(current.name);
    if (next === undefined) return current;
    current = next;
  }
  return current;
}

/** Extends the substitution so that both dimensions are one; undefined where they are different numbers. */
export function unifyDimensions(
  left: Dimension,
  right: Dimension,
  substitution: Substitution,
): Substitution | undefined {
  const a = resolve(left, substitution);
  const b = resolve(right, substitution);
  if (a.kind === 'variable') {
    if (b.kind === 'variable' && b.name === a.name) return substitution;
    return new Map(substitution).set(a.name, b);
  }
  if (b.kind === 'variable') return new Map(substitution).set(b.name, a);
  if (a.kind === 'known' && b.kind === 'known' && a.value !== b.value) return undefined;
  return substitution;
}

/** Extends the substitution so that both types are one. Scalars must have the same name; their ranges are checked on values. */
export function unify(left: Type, right: Type, substitution: Substitution): Unified {
  const differ: Unified = { ok: false, why: 'type', left, right };
  if (left.kind === 'error' || right.kind === 'error') return { ok: true, substitution };
  if (left.kind === 'artifact' && right.kind === 'artifact') {
    return left.name === right.name ? unifyArtifacts(left, right, substitution) : differ;
  }
  if (left.kind === 'list' && right.kind === 'list') return unify(left.element, right.element, substitution);
  if (left.kind === 'optional' && right.kind === 'optional') return unify(left.inner, right.inner, substitution);
  if (left.kind === 'scalar' && right.kind === 'scalar')
    return left.name === right.name ? { ok: true, substitution } : differ;
  if (left.kind === 'enumeration' && right.kind === 'enumeration') {
    const same =
      left.values.length === right.values.length && left.values.every((value) => right.values.includes(value));
    return same ? { ok: true, substitution } : differ;
  }
  if (left.kind === 'record' && right.kind === 'record' && left.fields.length === right.fields.length) {
    let result: Unified = { ok: true, substitution };
    for (const field of left.fields) {
      const other = right.fields.find((candidate) => candidate.name === field.name);
      if (other === undefined) return differ;
      result = unify(field.type, other.type, result.substitution);
      if (!result.ok) return result;
    }
    return result;
  }
  return differ;
}

function unifyArtifacts(left: ArtifactType, right: ArtifactType, substitution: Substitution): Unified {
  let current = substitution;
  for (const [index, dimension] of left.dimensions.entries()) {
    const next = unifyDimensions(dimension, right.dimensions[index] ?? { kind: 'unknown' }, current);
    if (next === undefined) return { ok: false, why: 'dimension', index, left, right };
    current = next;
  }
  return { ok: true, substitution: current };
}

/** The type with every variable replaced by what it stands for. */
export function substitute(type: Type, substitution: Substitution): Type {
  switch (type.kind) {
    case 'artifact':
      return { ...type, dimensions: type.dimensions.map((dimension) => resolve(dimension, substitution)) };
    case 'list':
      return { ...type, element: substitute(type.element, substitution) };
    case 'optional':
      return { ...type, inner: substitute(type.inner, substitution) };
    case 'record':
      return {
        ...type,
        fields: type.fields.map((field) => ({ ...field, type: substitute(field.type, substitution) })),
      };
    case 'scalar':
    case 'enumeration':
    case 'error':
      return type;
  }
}
