// What may stand at a cursor, by what is around it: stages and names in force, parameters that are not yet given, values of an enumeration,
// members behind a dot, modules and their stages, types, annotations, the words of the language.
import {
  CompletionItemKind,
  InsertTextFormat,
  type CompletionItem,
  type MarkupContent,
} from 'vscode-languageserver-types';
import { annotationForms } from '../check/annotations.ts';
import { describe, faceOf, single, type Datum } from '../check/datum.ts';
import { measures } from '../check/check-published.ts';
import { mayBeChosen, nameMisfits } from '../check/name-misfits.ts';
import { typeNames } from '../check/resolve-type.ts';
import type { SignatureParameter } from '../check/signature.ts';
import { formatType } from '../types/format-type.ts';
import { stageTypeIn, type Type } from '../types/type.ts';
import type { Analysis } from './analysis.ts';
import { chainBefore, namesAt, stageOf } from './ask.ts';
import { cursorAt, itemsBefore, labelsBehind, type Bracket, type Cursor } from './cursor.ts';
import { describeHeld, describeStage } from './describe.ts';
import { importEdit, modulePaths, stagesOfModule, type Library } from './library.ts';

interface Asked {
  readonly analysis: Analysis;
  readonly cursor: Cursor;
  readonly library: Library;
  readonly bracket: Bracket | undefined;
}

const markdown = (value: string): MarkupContent => ({ kind: 'markdown', value });
const words = (...names: readonly string[]): readonly CompletionItem[] =>
  names.map((label) => ({ label, kind: CompletionItemKind.Keyword }));
const snippet = (label: string, insertText: string): CompletionItem => ({
  ...{ label, insertText, kind: CompletionItemKind.Snippet, insertTextFormat: InsertTextFormat.Snippet },
});

export function completion(analysis: Analysis, offset: number, library: Library): readonly CompletionItem[] {
  const cursor = cursorAt(analysis.tokens, analysis.comments, offset);
  if (cursor.inComment) return [];
  const asked: Asked = { analysis, cursor, library, bracket: cursor.brackets.at(-1) };
  if (cursor.text !== undefined) return inString(asked);
  const previous = kindBefore(cursor, 1);
  if (previous === 'Dot') return asked.bracket?.kind === 'published' ? measureItems() : members(asked);
  if (previous === 'At') return annotations();
  switch (asked.bracket?.kind) {
    case undefined:
      return outside(asked);
    case 'imports':
      return importable(asked);
    case 'parameters':
    case 'results':
      return previous === 'Colon' || previous === 'LeftBracket'
        ? typeItems()
        : previous === 'Equals'
          ? ofType(asked, parameterType(asked))
          : [];
    case 'dimensions':
      return dimensions(asked);
    case 'profile':
      return inFields(asked, profileParameters(asked));
    case 'published':
      return ofPublished(asked);
    case 'with':
    case 'call':
      return inArguments(asked, asked.bracket);
    case 'block':
      return isExpression(cursor) ? values(asked) : statements();
    case 'list':
      // A list type looks like a list until there is something in it.
      return asked.cursor.brackets.at(-2)?.kind === 'parameters' && previous === 'LeftBracket'
        ? typeItems()
        : values(asked);
    case 'annotation':
    case 'record':
    case 'group':
      return values(asked);
  }
}

const kindBefore = ({ tokens, count }: Cursor, back: number): string => tokens[count - back]?.tokenType.name ?? '';

/** Whether a value is due, not the next statement. */
const isExpression = (cursor: Cursor): boolean =>
  /^(Equals|Plus|Minus|Times|Divide|Remainder|Yield|In|Comma|Colon)$/.test(kindBefore(cursor, 1));

function outside({ analysis, cursor }: Asked): readonly CompletionItem[] {
  if (kindBefore(cursor, 1) === 'For')
    return analysis.module.file.pipelines.map(({ name }) => ({ label: name.text, kind: CompletionItemKind.Class }));
  if (/^(Import|Stage|Pipeline|Profile|Published)$/.test(kindBefore(cursor, 1))) return [];
  if (kindBefore(cursor, 1) === 'RightBrace' && kindBefore(cursor, 2) !== '' && isImportOpen(cursor))
    return words('from');
  return [
    snippet('import', 'import { $2 } from "${1:std/}"'),
    snippet('pipeline', 'pipeline ${1:name}($2) {\n  $0\n}'),
    snippet('stage', 'stage ${1:name}<${2:N}>($3) -> { $4 } {\n  $0\n}'),
    snippet('profile', 'profile ${1:name} for ${2:pipeline} { $0 }'),
    snippet('published', 'published "${1:Table}" for ${2:pipeline} { $0 }'),
    ...words('by command', 'by module', 'reads'),
  ];
}

/** In published numbers: outputs of the pipeline where one begins, how near a run must come behind a number. */
function ofPublished({ analysis, cursor, bracket }: Asked): readonly CompletionItem[] {
  const previous = kindBefore(cursor, 1);
  if (previous === 'Number') return words('within', 'at least', 'at most');
  if (previous !== 'LeftBrace' && previous !== 'Comma') return [];
  const at = cursor.tokens.slice(0, bracket!.index).findLastIndex(({ tokenType }) => tokenType.name === 'For');
  const name = cursor.tokens[at + 1]?.image;
  const pipeline = analysis.module.file.pipelines.find((candidate) => candidate.name.text === name);
  return (pipeline?.body.statements ?? []).flatMap((statement): readonly CompletionItem[] => {
    if (statement.kind !== 'output') return [];
    const held = analysis.meanings.values.get(statement.name.span.start);
    const detail = held === undefined ? 'output' : describeHeld(held);
    return [{ label: statement.name.text, kind: CompletionItemKind.Field, detail }];
  });
}

const measureItems = (): readonly CompletionItem[] =>
  measures.map((label) => ({ label, kind: CompletionItemKind.Field, detail: 'measure of Scores' }));

function isImportOpen({ tokens, count }: Cursor): boolean {
  const last = tokens
    .slice(0, count)
    .findLast(({ tokenType }) => /^(Import|From|Arrow|Profile|Pipeline)$/.test(tokenType.name));
  return last?.tokenType.name === 'Import';
}

const statements = (): readonly CompletionItem[] => [
  snippet('output', 'output ${1:name} = $0'),
  ...words('yield'),
  ...annotations().map((item) => ({
    ...item,
    label: `@${item.label}`,
    insertText: `@${item.insertText ?? item.label}`,
  })),
];

function annotations(): readonly CompletionItem[] {
  return [...annotationForms].map(([label, form]) => ({
    ...{ label, insertText: form.slice(1), kind: CompletionItemKind.Event, detail: form },
  }));
}

const typeItems = (): readonly CompletionItem[] => [
  ...typeNames.map((label) => ({ label, kind: CompletionItemKind.Class })),
  ...words('one of'),
  snippet('stage', 'stage($1) -> { $2 }'),
];

/** The type of the parameter whose default is being written. */
function parameterType({ analysis, cursor, bracket }: Asked): Type | undefined {
  const start = itemsBefore(cursor, bracket!).at(-1)?.label?.startOffset;
  const definition = analysis.meanings.definitions.get(`${analysis.file}:${start}`);
  return definition?.what === 'parameter' ? definition.parameter.type : undefined;
}

/** The variables and Int parameters of the stage that the cursor is in, and the variables of the type of a stage that it is in. */
function dimensions({ analysis, cursor, bracket }: Asked): readonly CompletionItem[] {
  const { tokens, count } = cursor;
  const isNaming = tokens[bracket!.index - 1]?.tokenType.name === 'StageOf';
  const before = tokens.slice(0, count);
  const start = before.findLastIndex(({ tokenType }) => /^(Stage|Pipeline)$/.test(tokenType.name));
  const name = before[start]?.tokenType.name === 'Stage' ? tokens[start + 1]?.image : undefined;
  if (start === -1 || isNaming || kindBefore(cursor, 1) === 'Stage') return [];
  const typed = before.findLastIndex(({ tokenType }, at) => tokenType.name === 'StageOf' && at > start);
  const own = tokens[typed + 1]?.image !== '<' ? [] : namesBefore('>', tokens, typed + 2);
  const stage = analysis.module.file.stages.find((candidate) => candidate.name.text === name);
  const sizes = (stage?.parameters ?? []).filter(({ type }) => type.kind === 'named' && type.name.text === 'Int');
  const names = [...(stage?.dimensions ?? []).map(({ text }) => text), ...sizes.map((one) => one.name.text), ...own];
  return names.map((label) => ({ label, kind: CompletionItemKind.TypeParameter }));
}

function namesBefore(end: string, tokens: Cursor['tokens'], from: number): readonly string[] {
  const close = tokens.findIndex(({ image }, at) => at >= from && image === end);
  return tokens.slice(from, Math.max(from, close)).flatMap(({ image }) => (/^\w+$/.test(image) ? [image] : []));
}

function members({ analysis, cursor }: Asked): readonly CompletionItem[] {
  const of = chainBefore(analysis, cursor, cursor.count - 2);
  return of === undefined ? [] : membersOf(of);
}

function membersOf(of: Datum): readonly CompletionItem[] {
  switch (of.kind) {
    case 'result':
      return of.outputs.map(({ name, datum }) => memberItem(name, datum));
    case 'record':
      return of.fields.map(({ name, datum }) => memberItem(name, datum));
    case 'list':
      return of.items[0] === undefined ? [] : membersOf(of.items[0]);
    case 'value':
    case 'none':
    case 'artifact':
    case 'stage':
    case 'error':
      return [];
  }
}

const memberItem = (label: string, datum: Datum): CompletionItem => ({
  ...{ label, kind: CompletionItemKind.Field, detail: describeHeld(datum) },
});

/** In the braces of an import: the stages of its module, or of every one while it names none. */
function importable({ analysis, cursor, library }: Asked): readonly CompletionItem[] {
  const { tokens, count, word } = cursor;
  const rest = tokens.slice(word === undefined ? count : count + 1);
  const close = rest.findIndex(({ image }) => image === '}');
  const isNamed = rest[close + 1]?.tokenType.name === 'From' && close !== -1;
  const path = isNamed ? rest[close + 2]?.image.slice(1, -1) : undefined;
  const stages = path === undefined ? library.stages() : stagesOfModule(path, analysis, library);
  return stages.map(({ name, module, doc }) => ({
    ...{ label: name, kind: CompletionItemKind.Function, detail: module, documentation: markdown(doc) },
  }));
}

interface Wanted {
  readonly name: string;
  readonly type: Type | undefined;
  readonly doc: string;
  readonly isRequired: boolean;
}

const wantedOf = ({ name, type, doc, default: standard }: SignatureParameter): Wanted => ({
  ...{ name, type, doc, isRequired: standard === undefined && type.kind !== 'optional' },
});

function profileParameters({ analysis, cursor, bracket }: Asked): readonly Wanted[] {
  const pipeline = cursor.tokens[bracket!.index - 1]?.image;
  const found = analysis.module.file.pipelines.find(({ name }) => name.text === pipeline);
  return (found?.parameters ?? []).map(({ name, doc }) => {
    const definition = analysis.meanings.definitions.get(`${name.span.file}:${name.span.start}`);
    const type = definition?.what === 'parameter' ? definition.parameter.type : undefined;
    return { name: name.text, type, doc, isRequired: false };
  });
}

function inArguments(asked: Asked, bracket: Bracket): readonly CompletionItem[] {
  const stage = stageOf(asked.analysis, asked.cursor, bracket);
  const open = (stage === undefined ? [] : faceOf(stage).parameters).filter(({ name }) => !stage!.given.has(name));
  if (bracket.kind === 'with') return inFields(asked, open.map(wantedOf));
  const items = itemsBefore(asked.cursor, bracket);
  const { label, start } = items.at(-1)!;
  if (label !== undefined) return ofType(asked, open.find(({ name }) => name === label.image)?.type);
  if (start < asked.cursor.count) return values(asked);
  const isNamed = items.some((item) => item.label !== undefined);
  const passed = isNamed ? 0 : items.length - 1;
  const labels = labelItems(asked, bracket, open.slice(passed).map(wantedOf));
  return isNamed ? labels : [...labels, ...ofType(asked, open[passed]?.type)];
}

function inFields(asked: Asked, wanted: readonly Wanted[]): readonly CompletionItem[] {
  const { label, start } = itemsBefore(asked.cursor, asked.bracket!).at(-1)!;
  if (label !== undefined) return ofType(asked, wanted.find(({ name }) => name === label.image)?.type);
  return start < asked.cursor.count ? [] : labelItems(asked, asked.bracket!, wanted);
}

/** Names of parameters that are not given; those that must be come first. */
function labelItems({ cursor }: Asked, bracket: Bracket, wanted: readonly Wanted[]): readonly CompletionItem[] {
  const given = new Set([
    ...itemsBefore(cursor, bracket).flatMap(({ label }) => (label === undefined ? [] : [label.image])),
    ...labelsBehind(cursor),
  ]);
  return wanted
    .filter(({ name }) => !given.has(name))
    .map(({ name, type, doc, isRequired }) => ({
      label: `${name}:`,
      filterText: name,
      insertText: `${name}: `,
      kind: CompletionItemKind.Property,
      detail: type === undefined ? '' : formatType(type),
      documentation: markdown(doc),
      sortText: `${isRequired ? '0' : '2'}${name}`,
    }));
}

/** What fits a type comes first; the other names in force may be part of an expression. */
function ofType(asked: Asked, type: Type | undefined): readonly CompletionItem[] {
  const inner = type?.kind === 'optional' ? type.inner : type;
  const first = (label: string): CompletionItem => ({
    label,
    kind: CompletionItemKind.EnumMember,
    sortText: `0${label}`,
  });
  const none = type?.kind === 'optional' ? [first('none')] : [];
  if (inner?.kind === 'enumeration')
    return [...inner.values.map((value) => first(JSON.stringify(value))), ...none, ...named(asked, inner)];
  if (inner?.kind === 'scalar' && inner.name === 'Bool')
    return [first('true'), first('false'), ...none, ...named(asked, inner)];
  return [...none, ...values(asked, inner)];
}

function values(asked: Asked, type?: Type): readonly CompletionItem[] {
  return [...named(asked, type), ...callable(asked, type), ...words('for', 'true', 'false', 'none')];
}

/** Names in force that hold something. */
function named({ analysis, cursor }: Asked, type: Type | undefined): readonly CompletionItem[] {
  return [...namesAt(analysis, cursor)]
    .filter(([, { what }]) => what !== 'stage')
    .map(([label, { datum, what }]) => ({
      label,
      kind: what === 'parameter' ? CompletionItemKind.Constant : CompletionItemKind.Variable,
      detail: datum.kind === 'error' ? what : describeHeld(datum),
      sortText: `${type !== undefined && mayFit(datum, type) ? '1' : '3'}${label}`,
    }));
}

function mayFit(datum: Datum, type: Type): boolean {
  const held = single(datum);
  if (held.kind === 'result') return held.outputs.some(({ datum: output }) => mayFit(output, type));
  if (type.kind === 'stage') return held.kind === 'stage' && nameMisfits(held, type).length === 0;
  if (type.kind === 'artifact') return held.kind === 'artifact' && held.type.name === type.name;
  if (type.kind === 'scalar') return held.kind === 'value' && describe(held) === type.name;
  return type.kind === 'list' ? held.kind === 'list' : held.kind === 'value' && held.type === 'String';
}

/** Stages: those in force, and those of the standard library with the import that they need. */
function callable({ analysis, cursor, library }: Asked, type?: Type): readonly CompletionItem[] {
  const wanted = type === undefined ? undefined : stageTypeIn(type);
  const inForce = new Set<string>();
  const own = [...namesAt(analysis, cursor)].flatMap(([label, { datum, what }]): readonly CompletionItem[] => {
    if (what === 'stage') inForce.add(label);
    if (what !== 'stage' || datum.kind !== 'stage') return [];
    const { signature } = datum;
    const documentation = markdown(describeStage(signature, analysis));
    const isFirst = wanted !== undefined && mayBeChosen(datum, wanted);
    return [
      {
        ...{ label, kind: CompletionItemKind.Function, detail: signature.module, documentation },
        sortText: `${isFirst ? '0' : '4'}${label}`,
      },
    ];
  });
  const others = library
    .stages()
    .filter(({ name }) => !inForce.has(name))
    .map(({ name, module, doc }) => ({
      label: name,
      labelDetails: { description: module },
      kind: CompletionItemKind.Function,
      detail: `import from "${module}"`,
      documentation: markdown(doc),
      sortText: `5${name}`,
      additionalTextEdits: [importEdit(name, module, analysis)],
    }));
  return [...own, ...others];
}

/** In a string: the path of an import, a value of an enumeration, a name in braces. */
function inString(asked: Asked): readonly CompletionItem[] {
  const { analysis, cursor, library, bracket } = asked;
  const text = cursor.text!;
  const typed = text.image.slice(1, cursor.offset - text.startOffset);
  if (kindBefore(cursor, 1) === 'From')
    return modulePaths(analysis, library).map((label) => ({ label, kind: CompletionItemKind.Module }));
  if (/\{[^}]*$/.test(typed.replace(/\\./g, ''))) return named(asked, undefined);
  if (bracket === undefined || (bracket.kind !== 'call' && bracket.kind !== 'with' && bracket.kind !== 'profile'))
    return [];
  const stage = stageOf(analysis, cursor, bracket);
  const items = itemsBefore(cursor, bracket);
  const { label } = items.at(-1)!;
  const open = (stage?.signature.parameters ?? []).filter(({ name }) => stage?.given.has(name) !== true).map(wantedOf);
  const wanted = bracket.kind === 'profile' ? profileParameters(asked) : open;
  const found = label === undefined ? wanted[items.length - 1] : wanted.find(({ name }) => name === label.image);
  const type = found?.type?.kind === 'optional' ? found.type.inner : found?.type;
  return type?.kind === 'enumeration'
    ? type.values.map((value) => ({ label: value, kind: CompletionItemKind.EnumMember }))
    : [];
}
