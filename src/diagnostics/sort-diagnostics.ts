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
  const grouped = groupUnknownNames(once);
  // "Not used" may only mean that the use has an error in it.
  const failed = new Set(
    grouped.filter(({ severity }) => severity === 'error').map(({ primary }) => primary.span.file),
  );
  const files = [...new Set(grouped.map(({ primary }) => primary.span.file))];
  return grouped
    .filter(({ severity, primary }) => severity === 'error' || !failed.has(primary.span.file))
    .sort(
      (a, b) =>
        files.indexOf(a.primary.span.file) - files.indexOf(b.primary.span.file) ||
        a.primary.span.start - b.primary.span.start,
    );
}

/** A name that is defined nowhere is one problem wherever it is used: the first use stands for all, the others are labels. */
function groupUnknownNames(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const isSame = (a: Diagnostic, b: Diagnostic): boolean =>
    a.code === 'P201' && b.code === 'P201' && a.title === b.title && a.primary.span.file === b.primary.span.file;
  return diagnostics.flatMap((diagnostic, index) => {
    const first = diagnostics.findIndex((other) => isSame(other, diagnostic));
    if (first !== -1 && first !== index) return [];
    const others = diagnostics.filter((other, place) => place !== index && isSame(other, diagnostic));
    const labels = others.slice(0, 3).map(({ primary }) => ({ span: primary.span, text: 'also used here' }));
    const more = others.length > 3 ? [`It is used in ${others.length + 1} places.`] : [];
    return [{ ...diagnostic, labels: [...diagnostic.labels, ...labels], notes: [...diagnostic.notes, ...more] }];
  });
}
