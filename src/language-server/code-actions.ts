// The fixes of the problems in a range: those that a diagnostic is sure enough of to be applied by a tool.
import { CodeActionKind, type CodeAction, type TextEdit } from 'vscode-languageserver-types';
import type { Analysis } from './analysis.ts';
import { diagnostics } from './diagnostics.ts';
import { modulePath, rangeOf, uriOf } from './places.ts';

export function codeActions(
  analysis: Analysis,
  range: { readonly start: number; readonly end: number },
): readonly CodeAction[] {
  const { file, modules, stdlib, source } = analysis;
  const shown = diagnostics(analysis);
  const actions: CodeAction[] = [];
  for (const { code, fix, primary } of analysis.diagnostics) {
    const { span } = primary;
    if (fix === undefined || span.file !== file || span.end < range.start || range.end < span.start) continue;
    const changes: Record<string, TextEdit[]> = {};
    for (const edit of fix.edits) {
      const target = modules.get(edit.span.file)?.source;
      if (target === undefined) continue;
      const uri = uriOf(modulePath(edit.span.file, stdlib));
      (changes[uri] ??= []).push({ range: rangeOf(edit.span, target), newText: edit.text });
    }
    const at = JSON.stringify(rangeOf(span, source));
    actions.push({
      title: fix.title[0]!.toUpperCase() + fix.title.slice(1),
      kind: CodeActionKind.QuickFix,
      diagnostics: shown.filter((one) => one.code === code && JSON.stringify(one.range) === at),
      isPreferred: true,
      edit: { changes },
    });
  }
  return actions;
}
