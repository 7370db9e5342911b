// The laws of unification, on random types.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { known, unknownDimension, variable, type Dimension } from '../../src/types/dimension.ts';
import { formatType } from '../../src/types/format-type.ts';
import { artifactDimensions, isArtifactKind, type Type } from '../../src/types/type.ts';
import { emptySubstitution, substitute, unify, type Substitution, type Unified } from '../../src/types/unify.ts';

const dimension: fc.Arbitrary<Dimension> = fc.oneof(
  fc.constantFrom(1, 2, 3).map((value) => known(value)),
  fc.constantFrom('A', 'B', 'C', 'D').map(variable),
);

const artifact: fc.Arbitrary<Type> = fc.constantFrom(...Object.keys(artifactDimensions)).chain((name) => {
  if (!isArtifactKind(name)) throw new Error(name);
  const count = artifactDimensions[name].length;
  return fc
    .array(dimension, { minLength: count, maxLength: count })
    .map((dimensions): Type => ({ kind: 'artifact', name, dimensions }));
});

const { type } = fc.letrec<{ type: Type }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 3 },
    artifact,
    fc
      .constantFrom('Int', 'Float', 'Bool', 'String')
      .map((name): Type => ({ kind: 'scalar', name: name as 'Int', range: undefined })),
    tie('type').map((element): Type => ({ kind: 'list', element })),
    tie('type').map((inner): Type => ({ kind: 'optional', inner })),
    fc.tuple(tie('type'), tie('type')).map(([a, b]): Type => ({
      kind: 'record',
      fields: [
        { name: 'a', type: a },
        { name: 'b', type: b },
      ],
    })),
  ),
}));

/** Pairs that often unify: a type and itself with other dimensions. */
const pair = fc.oneof(
  fc.tuple(type, type),
  type.chain((left) => dimensionsOf(left).map((right) => [left, right] as const)),
);

function dimensionsOf(of: Type): fc.Arbitrary<Type> {
  switch (of.kind) {
    case 'artifact':
      return fc
        .array(dimension, { minLength: of.dimensions.length, maxLength: of.dimensions.length })
        .map((dimensions) => ({ ...of, dimensions }));
    case 'list':
      return dimensionsOf(of.element).map((element) => ({ ...of, element }));
    case 'optional':
      return dimensionsOf(of.inner).map((inner) => ({ ...of, inner }));
    case 'record':
      return fc
        .tuple(...of.fields.map((field) => dimensionsOf(field.type).map((inner) => ({ ...field, type: inner }))))
        .map((fields) => ({ ...of, fields }));
    default:
      return fc.constant(of);
  }
}

const solved = (result: Unified): Substitution | undefined => (result.ok ? result.substitution : undefined);

describe('unification', () => {
  test('makes both types one', () => {
    fc.assert(
      fc.property(pair, ([left, right]) => {
        const substitution = solved(unify(left, right, emptySubstitution));
        fc.pre(substitution !== undefined);
        expect(formatType(substitute(left, substitution))).toBe(formatType(substitute(right, substitution)));
      }),
      { numRuns: 500 },
    );
  });

  test('is symmetric: it succeeds both ways or neither, with types of the same generality', () => {
    fc.assert(
      fc.property(pair, ([left, right]) => {
        const there = solved(unify(left, right, emptySubstitution));
        const back = solved(unify(right, left, emptySubstitution));
        expect(there === undefined).toBe(back === undefined);
        if (there === undefined || back === undefined) return;
        expect(unify(substitute(left, there), substitute(left, back), emptySubstitution).ok).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('a type unifies with itself and fixes nothing', () => {
    fc.assert(
      fc.property(type, (one) => {
        expect(solved(unify(one, one, emptySubstitution))).toEqual(emptySubstitution);
      }),
    );
  });

  test('applying a result twice is applying it once', () => {
    fc.assert(
      fc.property(pair, ([left, right]) => {
        const substitution = solved(unify(left, right, emptySubstitution)) ?? emptySubstitution;
        const once = substitute(left, substitution);
        expect(substitute(once, substitution)).toEqual(once);
      }),
    );
  });

  test('agrees with trying every assignment of numbers', () => {
    const numbers = [1, 2, 3];
    const assignments = numbers.flatMap((a) =>
      numbers.flatMap((b) =>
        numbers.flatMap((c) =>
          numbers.map(
            (d) =>
              new Map([
                ['A', a],
                ['B', b],
                ['C', c],
                ['D', d],
              ]),
          ),
        ),
      ),
    );
    fc.assert(
      fc.property(pair, ([left, right]) => {
        const canBeOne = assignments.some((assignment) => {
          const numbered: Substitution = new Map([...assignment].map(([name, value]) => [name, known(value)]));
          return formatType(substitute(left, numbered)) === formatType(substitute(right, numbered));
        });
        expect(unify(left, right, emptySubstitution).ok).toBe(canBeOne);
      }),
      { numRuns: 300 },
    );
  });

  test('what is unknown fits everything', () => {
    const images = (first: Dimension): Type => ({ kind: 'artifact', name: 'Labels', dimensions: [first] });
    expect(unify(images(unknownDimension), images(known(3)), emptySubstitution).ok).toBe(true);
    fc.assert(
      fc.property(type, (one) => {
        expect(unify(one, { kind: 'error' }, emptySubstitution).ok).toBe(true);
      }),
    );
  });

  test('a failure says which dimension it is', () => {
    const features = (n: number, d: number): Type => ({
      kind: 'artifact',
      name: 'Features',
      dimensions: [known(n), known(d)],
    });
    expect(
      unify({ kind: 'list', element: features(1, 2) }, { kind: 'list', element: features(1, 3) }, emptySubstitution),
    ).toMatchObject({ ok: false, why: 'dimension', index: 1 });
    expect(unify(features(1, 2), { kind: 'scalar', name: 'Int', range: undefined }, emptySubstitution)).toMatchObject({
      ok: false,
      why: 'type',
    });
  });
});
