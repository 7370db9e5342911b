// What must hold of any text: checking it does not throw, every place that a message points at is in a text, messages can be drawn without control
// characters, and a text that parses has one form, which is the form of itself. In: a text; out: what does not hold, or undefined.
import { compile, type SourceReader } from '../../src/compile.ts';
import type { Parse } from '../../src/check/load-modules.ts';
import { diagnosticToJson } from '../../src/diagnostics/diagnostic-to-json.ts';
import { renderDiagnostics } from '../../src/diagnostics/render-diagnostics.ts';
import { SourceFile } from '../../src/source/source-file.ts';
import { formatSource } from '../../src/syntax/format/format-source.ts';
import { parseSource, type ParsedSource } from '../../src/syntax/parse-source.ts';

/** `read` gives the files of the project, the standard library among them. */
export function faultFinder(read: SourceReader['read']): (text: string, width: number) => string | undefined {
  const standard = new Map<string, ParsedSource>();
  const parse: Parse = (source) => {
    if (source.name === 'main.pipe') return parseSource(source);
    const known = standard.get(source.name) ?? parseSource(source);
    standard.set(source.name, known);
    return known;
  };
  return (text, width) => {
    try {
      return faultOf(text, width);
    } catch (error) {
      return error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
  };

  function faultOf(text: string, width: number): string | undefined {
    const reader = { read: (path: string) => (path === 'main.pipe' ? text : read(path)) };
    const { graph, diagnostics, sources } = compile({
      ...{ file: 'main.pipe', set: [], stdlib: 'stdlib', purpose: 'check', reader, parse },
    });
    for (const diagnostic of diagnostics) {
      for (const { span } of [diagnostic.primary, ...diagnostic.labels, ...(diagnostic.fix?.edits ?? [])]) {
        const source = sources.get(span.file);
        if (source === undefined) return `${diagnostic.code} points into ${span.file}, which is no text`;
        if (!(span.start >= 0 && span.end >= span.start && span.end <= source.text.length))
          return `${diagnostic.code} points at ${span.start}..${span.end} of ${source.text.length}`;
      }
      JSON.stringify(diagnosticToJson(diagnostic, sources));
    }
    const hasErrors = diagnostics.some(({ severity }) => severity === 'error');
    if (graph !== undefined && hasErrors) return 'a graph beside an error';
    const drawn = renderDiagnostics(diagnostics, sources, { color: false, width });
    if (/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/.test(drawn)) return 'a control character in a message';
    const formatted = formatSource(new SourceFile('main.pipe', text)).text;
    if (formatted === undefined) return undefined;
    const again = formatSource(new SourceFile('main.pipe', formatted)).text;
    return again === formatted ? undefined : 'a form that is not its own form';
  }
}
