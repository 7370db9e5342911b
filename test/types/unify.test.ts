// The laws of unification, on random types.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arithmetic, known, unknownDimension, variable, type Dimension } from '../../src/types/dimension.ts';
import { evaluateDimension } from '../../src/types/dimension-arithmetic.ts';
import { formatDimension, formatType } from '../../src/types/format-type.ts';
import { artifactDimensions, isArtifactKind, type Type } from '../../src/types/type.ts';
import {
  emptySubstitution,
  resolve,
  substitute,
  unify,
  unifyDimensions,
  type Substitution,
  type Unified,
} from '../../src/types/unify.ts';

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
    fc.tuple(tie('type'), dimension).map(([element, length]): Type => ({ kind: 'list', element, length })),
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
      return fc.tuple(dimensionsOf(of.element), dimension).map(([element, length]) => ({ ...of, element, length }));
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

describe('arithmetic', () => {
  const operator = fc.constantFrom('+', '-', '*', '/');
  const { formula } = fc.letrec<{ formula: Dimension }>((tie) => ({
    formula: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      fc.integer({ min: 1, max: 5 }).map((value) => known(value)),
      fc.constantFrom('A', 'B').map(variable),
      fc.tuple(operator, tie('formula'), tie('formula')).map(([sign, a, b]) => arithmetic(sign, a, b)),
    ),
  }));

  /** What a formula comes to in floating point, by the definition of its operators. */
  const compute = (of: Dimension, values: Readonly<Record<string, number>>): number => {
    if (of.kind === 'known') return of.value;
    if (of.kind === 'variable') return values[of.name]!;
    if (of.kind === 'unknown') return Number.NaN;
    const [a, b] = [compute(of.left, values), compute(of.right, values)];
    return { '+': a + b, '-': a - b, '*': a * b, '/': a / b }[of.operator];
  };
  const size = fc.integer({ min: 1, max: 12 });

  test('is what the operators say, and exact', () => {
    fc.assert(
      fc.property(formula, size, size, (of, A, B) => {
        const value = compute(of, { A, B });
        const found = evaluateDimension(
          resolve(
            of,
            new Map([
              ['A', known(A)],
              ['B', known(B)],
            ]),
          ),
        );
        fc.pre(Number.isFinite(value));
        if (found.kind === 'size') expect(value).toBeCloseTo(found.value, 6);
        else expect(value <= 0.5 || Math.abs(value - Math.round(value)) > 1e-9).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('a solution makes both sides equal, and where there is none no number does', () => {
    fc.assert(
      fc.property(formula, size, (of, given) => {
        const solved = unifyDimensions(of, known(given), emptySubstitution);
        if (solved === 'open') return;
        const right = [...Array(60).keys()].map((index) => index + 1);
        const works = (A: number, B: number): boolean => {
          const found = evaluateDimension(
            resolve(
              of,
              new Map([
                ['A', known(A)],
                ['B', known(B)],
              ]),
            ),
          );
          return found.kind === 'size' && found.value === given;
        };
        if (solved === 'failed') expect(right.some((A) => right.some((B) => works(A, B)))).toBe(false);
        else expect(formatDimension(resolve(of, solved))).toBe(String(given));
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['2 * A = 14', arithmetic('*', known(2), variable('A')), 14, '7'],
    ['A / 2 = 14', arithmetic('/', variable('A'), known(2)), 14, '28'],
    ['(A - 1) / 2 = 3', arithmetic('/', arithmetic('-', variable('A'), known(1)), known(2)), 3, '7'],
    ['2 * A = 15', arithmetic('*', known(2), variable('A')), 15, undefined],
    ['A + 5 = 5', arithmetic('+', variable('A'), known(5)), 5, undefined],
    ['A - A = 1', arithmetic('-', variable('A'), variable('A')), 1, undefined],
    ['A / 0 = 1', arithmetic('/', variable('A'), known(0)), 1, undefined],
  ])('%s', (_, left, right, expected) => {
    const solved = unifyDimensions(left, known(right), emptySubstitution);
    if (solved === 'open') throw new Error('open');
    expect(solved === 'failed' ? undefined : formatDimension(resolve(variable('A'), solved))).toBe(expected);
  });

  test('what cannot be decided yet is given back, and decided when more is known', () => {
    const of = arithmetic('*', variable('A'), variable('B'));
    expect(unifyDimensions(of, known(12), emptySubstitution)).toBe('open');
    const solved = unifyDimensions(of, known(12), new Map([['B', known(4)]]));
    expect(solved).toEqual(
      new Map([
        ['B', known(4)],
        ['A', known(3)],
      ]),
    );
    const labels = (first: Dimension): Type => ({ kind: 'artifact', name: 'Labels', dimensions: [first] });
    expect(unify(labels(of), labels(known(12)), emptySubstitution)).toMatchObject({
      ok: true,
      open: [[of, known(12)]],
    });
  });

  test('is written with the parentheses that it needs', () => {
    const [n, m] = [variable('N'), variable('M')];
    expect(formatDimension(arithmetic('-', n, arithmetic('-', m, known(1))))).toBe('N - (M - 1)');
    expect(formatDimension(arithmetic('-', arithmetic('-', n, m), known(1)))).toBe('N - M - 1');
    expect(formatDimension(arithmetic('/', arithmetic('+', n, m), arithmetic('*', n, m)))).toBe('(N + M) / (N * M)');
    expect(formatDimension(arithmetic('+', arithmetic('*', n, m), known(2)))).toBe('N * M + 2');
  });
});
