// A diagnostic for tools: the same facts as the text, with one-based lines and columns (columns in UTF-16 units, as editors count).
import type { SourceFile } from '../source/source-file.ts';
import type { Span } from '../source/span.ts';
import type { Diagnostic } from './diagnostic.ts';

export interface JsonPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** UTF-16 offsets, half-open. */
  readonly start: number;
  readonly end: number;
}

export interface JsonDiagnostic extends JsonPlace {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly title: string;
  readonly label: string;
  readonly labels: readonly (JsonPlace & { readonly label: string })[];
  readonly notes: readonly string[];
  readonly suggestion: string | null;
  readonly fix: { readonly title: string; readonly edits: readonly (JsonPlace & { readonly text: string })[] } | null;
}

/** `pipe check --json` prints an array of these. */
export function diagnosticToJson(diagnostic: Diagnostic, sources: ReadonlyMap<string, SourceFile>): JsonDiagnostic {
  const { code, severity, title, primary, labels, notes, suggestion, fix } = diagnostic;
  const place = (span: Span): JsonPlace => toPlace(span, sources.get(span.file));
  return {
    code,
    severity,
    title,
    ...place(primary.span),
    label: primary.text,
    labels: labels.map((label) => ({ ...place(label.span), label: label.text })),
    notes,
    suggestion: suggestion ?? null,
    fix:
      fix === undefined
        ? null
        : { title: fix.title, edits: fix.edits.map((edit) => ({ ...place(edit.span), text: edit.text })) },
  };
}

function toPlace({ file, start, end }: Span, source: SourceFile | undefined): JsonPlace {
  const from = source?.position(start) ?? { line: 1, column: 1 };
  const to = source?.position(end) ?? from;
  return { file, line: from.line, column: from.column, endLine: to.line, endColumn: to.column, start, end };
}
