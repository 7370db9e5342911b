// A problem as a value: what phases return and only this folder draws. Each phase makes its own, in a file named `…-problems.ts` beside it.
import type { Span } from '../source/span.ts';
import type { Code } from './codes.ts';

export interface Label {
  readonly span: Span;
  /** A few words without a full stop: what stands here. */
  readonly text: string;
}

/** An edit that makes the problem go away, sure enough for a tool to apply it. */
export interface Fix {
  /** An imperative: "insert a comma". */
  readonly title: string;
  readonly edits: readonly { readonly span: Span; readonly text: string }[];
}

export interface Diagnostic {
  readonly code: Code;
  readonly severity: 'error' | 'warning';
  /** One sentence without a full stop. */
  readonly title: string;
  /** Where it is. */
  readonly primary: Label;
  /** The other places involved, perhaps in other files. */
  readonly labels: readonly Label[];
  /** Why it must be so, what was expected: full sentences. */
  readonly notes: readonly string[];
  /** The name that was probably meant. */
  readonly suggestion: string | undefined;
  readonly fix: Fix | undefined;
}

/** Makes a diagnostic; what is not given is empty. The severity follows from the code. */
export function diagnose(
  code: Code,
  title: string,
  primary: Label,
  rest: Partial<Pick<Diagnostic, 'labels' | 'notes' | 'suggestion' | 'fix' | 'severity'>> = {},
): Diagnostic {
  return {
    code,
    title,
    primary,
    severity: rest.severity ?? 'error',
    labels: rest.labels ?? [],
    notes: rest.notes ?? [],
    suggestion: rest.suggestion,
    fix: rest.fix,
  };
}
