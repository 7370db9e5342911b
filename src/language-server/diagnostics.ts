// The problems of a document in the protocol's terms. One that lies in an imported module is shown at the import; the module's own document
// shows it in its place.
import { DiagnosticSeverity, DiagnosticTag, type Diagnostic as Shown } from 'vscode-languageserver-types';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Analysis } from './analysis.ts';
import { locationOf } from './at.ts';
import { rangeOf } from './places.ts';

const unused: readonly string[] = ['P104', 'P203'];

export function diagnostics(analysis: Analysis): readonly Shown[] {
  const own = analysis.diagnostics.filter(({ primary }) => primary.span.file === analysis.file);
  return [...own.map((problem) => show(problem, analysis)), ...elsewhere(analysis)];
}

function show(problem: Diagnostic, analysis: Analysis): Shown {
  const { code, severity, primary, labels } = problem;
  const related = labels.flatMap(({ span, text }) => {
    const location = locationOf(span, analysis);
    return location === undefined ? [] : [{ location, message: text }];
  });
  return {
    range: rangeOf(primary.span, analysis.source),
    severity: severity === 'error' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
    code,
    source: 'pipe',
    message: messageOf(problem),
    ...(unused.includes(code) ? { tags: [DiagnosticTag.Unnecessary] } : {}),
    ...(related.length === 0 ? {} : { relatedInformation: related }),
  };
}

/** The title, what stands at the place, and the notes. */
export function messageOf({ title, primary, notes, suggestion }: Diagnostic): string {
  const meant = suggestion === undefined ? [] : [`Did you mean \`${suggestion}\`?`];
  return [primary.text === '' ? title : `${title}: ${primary.text}`, ...notes, ...meant].join('\n');
}

function elsewhere(analysis: Analysis): readonly Shown[] {
  const { module, modules, source } = analysis;
  const errors = analysis.diagnostics.filter(
    ({ severity, primary }) => severity === 'error' && primary.span.file !== analysis.file,
  );
  const [first] = errors;
  if (first === undefined) return [];
  return module.imports.flatMap(({ syntax, module: key }): readonly Shown[] => {
    if (key === undefined || syntax.path === undefined) return [];
    const reached = reachable(key, modules);
    const inside = errors.filter(({ primary }) => reached.has(primary.span.file));
    if (inside.length === 0) return [];
    const related = inside.flatMap((problem) => {
      const location = locationOf(problem.primary.span, analysis);
      return location === undefined ? [] : [{ location, message: problem.title }];
    });
    const count = inside.length === 1 ? 'an error' : `${inside.length} errors`;
    return [
      {
        range: rangeOf(syntax.path.span, source),
        severity: DiagnosticSeverity.Error,
        source: 'pipe',
        message: `this module has ${count}: ${inside[0]!.title}`,
        relatedInformation: related,
      },
    ];
  });
}

function reachable(key: string, modules: Analysis['modules'], found: Set<string> = new Set()): ReadonlySet<string> {
  if (found.has(key)) return found;
  found.add(key);
  for (const { module } of modules.get(key)?.imports ?? []) if (module !== undefined) reachable(module, modules, found);
  return found;
}
