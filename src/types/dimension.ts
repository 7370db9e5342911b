// Symbolic dimensions: a number, a variable that a call will fix, arithmetic on both, or unknown.
import type { Span } from '../source/span.ts';

/** Why a dimension is what it is: the place that first said so, and a few words for a label there. */
export interface Origin {
  readonly span: Span;
  readonly text: string;
}

export type DimensionOperator = '+' | '-' | '*' | '/';

export type Dimension =
  | KnownDimension
  | { readonly kind: 'variable'; readonly name: string }
  | ArithmeticDimension
  /** Not known, because of a problem already reported or because no call says it yet: equal to everything. `name` is only shown. */
  | { readonly kind: 'unknown'; readonly name?: string };

export interface KnownDimension {
  readonly kind: 'known';
  readonly value: number;
  readonly origin: Origin | undefined;
}

/** Exact: `H / 2` of 7 is 3.5, which is no size. */
export interface ArithmeticDimension {
  readonly kind: 'arithmetic';
  readonly operator: DimensionOperator;
  readonly left: Dimension;
  readonly right: Dimension;
}

export const unknownDimension: Dimension = { kind: 'unknown' };

export const known = (value: number, origin?: Origin): Dimension => ({ kind: 'known', value, origin });

export const variable = (name: string): Dimension => ({ kind: 'variable', name });

export const arithmetic = (operator: DimensionOperator, left: Dimension, right: Dimension): Dimension => ({
  kind: 'arithmetic',
  operator,
  left,
  right,
});

/** The variables in a dimension, in order, each once. */
export function variablesIn(dimension: Dimension): readonly string[] {
  switch (dimension.kind) {
    case 'variable':
      return [dimension.name];
    case 'arithmetic':
      return [...new Set([...variablesIn(dimension.left), ...variablesIn(dimension.right)])];
    case 'known':
    case 'unknown':
      return [];
  }
}
