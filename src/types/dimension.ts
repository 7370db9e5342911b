// Symbolic dimensions: a number, a variable that a call will fix, or unknown. Arithmetic on them (`2 * N`) will be another kind.
import type { Span } from '../source/span.ts';

/** Why a dimension is what it is: the place that first said so, and a few words for a label there. */
export interface Origin {
  readonly span: Span;
  readonly text: string;
}

export type Dimension =
  | { readonly kind: 'known'; readonly value: number; readonly origin: Origin | undefined }
  | { readonly kind: 'variable'; readonly name: string }
  /** Not known because of a problem already reported: equal to everything. */
  | { readonly kind: 'unknown' };

export const unknownDimension: Dimension = { kind: 'unknown' };

export const known = (value: number, origin?: Origin): Dimension => ({ kind: 'known', value, origin });

export const variable = (name: string): Dimension => ({ kind: 'variable', name });
