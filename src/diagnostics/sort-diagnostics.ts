// Many phases' problems → the list that a user sees: in order of place, each once, warnings only where they follow from no error.
import type { Diagnostic } from './diagnostic.ts';

/** The unrolled rounds of a `for` find the same problem in each; the first stands for all. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  const once = diagnostics.filter(({ code, primary: { span } }) => {
    const key = `${code} ${span.file}:${span.start}-${span.end}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  // "Not used" may only mean that the use has an error in it.
  const failed = new Set(once.filter(({ severity }) => severity === 'error').map(({ primary }) => primary.span.file));
  const files = [...new Set(once.map(({ primary }) => primary.span.file))];
  return once
    .filter(({ severity, primary }) => severity === 'error' || !failed.has(primary.span.file))
    .sort((a, b) => files.indexOf(a.primary.span.file) - files.indexOf(b.primary.span.file) || a.primary.span.start - b.primary.span.start);
}
