// Another name for what stands at a place, in every program that uses it. The programs are checked as they would be, and nothing is changed
// where that finds an error which was not there: so a name that is taken, or means something else somewhere, is refused with the reason.
import type { Range, TextEdit, WorkspaceEdit } from 'vscode-languageserver-types';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { SourceFile } from '../source/source-file.ts';
import { parseLoneExpression } from '../syntax/parse-source.ts';
import type { Analysis } from './analysis.ts';
import { namedAt } from './at.ts';
import { rangeOf, uriOf } from './places.ts';
import { occurrences, type Occurrence } from './references.ts';

export type Renamed =
  | { readonly kind: 'edit'; readonly edit: WorkspaceEdit }
  /** A sentence without a full stop. */
  | { readonly kind: 'refused'; readonly why: string };

export interface RenameRequest {
  readonly analysis: Analysis;
  readonly offset: number;
  readonly name: string;
  readonly programs: readonly Analysis[];
  /** A program as it would be with these texts by path. */
  readonly imagine: (path: string, texts: ReadonlyMap<string, string>) => Analysis | undefined;
}

const refused = (why: string): Renamed => ({ kind: 'refused', why });

/** The name that would be changed; undefined where there is none that can be. */
export function prepareRename(
  analysis: Analysis,
  offset: number,
): { readonly range: Range; readonly placeholder: string } | undefined {
  const named = namedAt(analysis, offset);
  if (named === undefined || named.definitions.some(({ file }) => isStandard(file, analysis))) return undefined;
  const { text } = analysis.source;
  return { range: rangeOf(named.at, analysis.source), placeholder: text.slice(named.at.start, named.at.end) };
}

export function rename(request: RenameRequest): Renamed {
  const { analysis, offset, name, programs } = request;
  const found = occurrences(analysis, offset, programs);
  const [first] = found;
  if (first === undefined) return refused('there is no name here');
  if (!isName(name)) return refused(`\`${name}\` is not a name: letters, digits and _, and no word of the language`);
  const old = first.source.text.slice(first.start, first.end);
  if (found.some(({ file }) => isStandard(file, analysis)))
    return refused(`\`${old}\` belongs to the standard library`);
  const byFile = new Map<string, Occurrence[]>();
  for (const one of found) byFile.set(one.file, [...(byFile.get(one.file) ?? []), one]);
  const texts = new Map([...byFile].map(([file, inFile]) => [file, changed(inFile, name)]));
  const why = whyNot(request, texts);
  if (why !== undefined) return refused(why);
  const changes: Record<string, TextEdit[]> = {};
  for (const [file, inFile] of byFile)
    changes[uriOf(file)] = inFile.map((span) => ({ range: rangeOf(span, span.source), newText: name }));
  return { kind: 'edit', edit: { changes } };
}

const isStandard = (file: string, { stdlib }: Analysis): boolean =>
  file.startsWith('std/') || file.startsWith(`${stdlib}/std/`);

function isName(text: string): boolean {
  if (!/^\w+$/.test(text)) return false;
  const { expression } = parseLoneExpression(new SourceFile('name', text), 0, text.length);
  return expression.kind === 'name' && expression.name === text;
}

function changed(spans: readonly Occurrence[], name: string): string {
  return spans
    .toReversed()
    .reduce((text, { start, end }) => text.slice(0, start) + name + text.slice(end), spans[0]!.source.text);
}

const errorsOf = ({ diagnostics }: Analysis): readonly Diagnostic[] =>
  diagnostics.filter(({ severity }) => severity === 'error');

/** Why the programs may not become these texts; undefined where they may. */
function whyNot(
  { analysis, programs, imagine }: RenameRequest,
  texts: ReadonlyMap<string, string>,
): string | undefined {
  const all = programs.includes(analysis) ? programs : [analysis, ...programs];
  for (const before of all) {
    if (![...before.modules.keys()].some((key) => texts.has(key))) continue;
    if (before.module.hasSyntaxErrors) return `${before.file} has syntax errors, which hide names`;
    const after = imagine(before.file, texts);
    const known = errorsOf(before).map(({ code }) => code);
    const found = (after === undefined ? [] : errorsOf(after)).filter(({ code }) => {
      const at = known.indexOf(code);
      if (at >= 0) known.splice(at, 1);
      return at < 0;
    });
    // A name that is taken has other consequences, which say less.
    const worst = found.find(({ code }) => code === 'P105') ?? found[0];
    if (worst !== undefined) return worst.title;
  }
  return undefined;
}
