// The outline of a document: stages with parameters and results, pipelines with parameters, bindings and outputs, profiles, published numbers.
import { SymbolKind, type DocumentSymbol } from 'vscode-languageserver-types';
import type { SourceFile } from '../source/source-file.ts';
import type { Span } from '../source/span.ts';
import type { Block, Name } from '../syntax/ast.ts';
import type { Analysis } from './analysis.ts';
import { rangeOf } from './places.ts';

export function documentSymbols({ module: { file }, source }: Analysis): readonly DocumentSymbol[] {
  const symbol = (name: Name, span: Span, kind: SymbolKind, detail = '', children: DocumentSymbol[] = []) =>
    symbolOf(name, span, kind, detail, children, source);
  const block = (body: Block): DocumentSymbol[] =>
    body.statements.flatMap((statement) => {
      if (statement.kind === 'yield') return [];
      const isOutput = statement.kind === 'output';
      const inner = statement.value.kind === 'for' ? block(statement.value.body) : [];
      const kind = isOutput ? SymbolKind.Event : SymbolKind.Variable;
      return [symbol(statement.name, statement.span, kind, isOutput ? 'output' : '', inner)];
    });
  const fields = (named: readonly { readonly name: Name; readonly span: Span }[], detail: string): DocumentSymbol[] =>
    named.map(({ name, span }) => symbol(name, span, SymbolKind.Property, detail));
  const symbols = [
    ...file.stages.map(({ name, span, parameters, results, body }) =>
      symbol(name, span, SymbolKind.Function, 'stage', [
        ...fields(parameters, 'parameter'),
        ...fields(results, 'result'),
        ...(body === undefined ? [] : block(body)),
      ]),
    ),
    ...file.pipelines.map(({ name, span, parameters, body }) =>
      symbol(name, span, SymbolKind.Class, 'pipeline', [...fields(parameters, 'parameter'), ...block(body)]),
    ),
    ...file.profiles.map(({ name, span, pipeline, values }) =>
      symbol(name, span, SymbolKind.Object, `profile for ${pipeline.text}`, fields(values, 'value')),
    ),
    ...file.published.map(({ source: paper, span, pipeline }) =>
      symbol({ ...paper, text: paper.text || 'published' }, span, SymbolKind.Object, `published for ${pipeline.text}`),
    ),
  ];
  return symbols.sort(
    (a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character,
  );
}

/** The protocol wants the name within the whole, which a tree that was repaired may not give. */
function symbolOf(
  name: Name,
  span: Span,
  kind: SymbolKind,
  detail: string,
  children: DocumentSymbol[],
  source: SourceFile,
): DocumentSymbol {
  const whole = { start: Math.min(span.start, name.span.start), end: Math.max(span.end, name.span.end) };
  return {
    ...{ name: name.text, detail, kind, children },
    range: rangeOf(whole, source),
    selectionRange: rangeOf(name.span, source),
  };
}
