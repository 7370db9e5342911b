// The kind of every word, for highlighting: what the tokens say, and for names what they stand for.
import { SemanticTokenModifiers, SemanticTokenTypes, type SemanticTokens } from 'vscode-languageserver-types';
import { placeKey } from '../check/meanings.ts';
import type { Definition } from '../check/recorder.ts';
import type { Analysis } from './analysis.ts';
import { rangeOf } from './places.ts';
import { annotationsIn, namedTypesIn } from './walk.ts';

const types = [
  ...[SemanticTokenTypes.keyword, SemanticTokenTypes.string, SemanticTokenTypes.number, SemanticTokenTypes.function],
  ...[SemanticTokenTypes.parameter, SemanticTokenTypes.variable, SemanticTokenTypes.property, SemanticTokenTypes.type],
  ...[SemanticTokenTypes.typeParameter, SemanticTokenTypes.class, SemanticTokenTypes.decorator],
];
const modifiers = [SemanticTokenModifiers.declaration, SemanticTokenModifiers.defaultLibrary];

export const semanticLegend = { tokenTypes: [...types] as string[], tokenModifiers: [...modifiers] as string[] };

type Kind = (typeof types)[number];

interface Marked {
  readonly start: number;
  readonly end: number;
  readonly kind: Kind;
  readonly bits: number;
}

const DECLARATION = 1;
const DEFAULT_LIBRARY = 2;

const ofDefinition: Readonly<Record<Definition['what'], Kind>> = {
  stage: SemanticTokenTypes.function,
  parameter: SemanticTokenTypes.parameter,
  result: SemanticTokenTypes.property,
  dimension: SemanticTokenTypes.typeParameter,
  pipeline: SemanticTokenTypes.class,
  profile: SemanticTokenTypes.class,
  binding: SemanticTokenTypes.variable,
  output: SemanticTokenTypes.property,
  variable: SemanticTokenTypes.variable,
  field: SemanticTokenTypes.property,
  'field of a type': SemanticTokenTypes.parameter,
};

/** Words of the language; signs are left to the grammar of the editor. */
const keyword =
  /^(Import|From|Stage|StageOf|Pipeline|Profile|Published|Under|Within|NotBelow|NotAbove|For|In|Yield|With|Output|True|False|None|OneOf|ByCommand|Reads|ByModule)$/;

export function semanticTokens(analysis: Analysis): SemanticTokens {
  const { source } = analysis;
  const data: number[] = [];
  let [line, character] = [0, 0];
  for (const { start, end, kind, bits } of marked(analysis)) {
    const { start: at, end: to } = rangeOf({ start, end }, source);
    const length = to.character - at.character;
    // A word that is being changed has none until it is checked.
    if (length <= 0 || at.line !== to.line) continue;
    data.push(at.line - line, at.line === line ? at.character - character : at.character, length);
    data.push(types.indexOf(kind), bits);
    ({ line, character } = at);
  }
  return { data };
}

/** In the order of the text, none over another. */
function marked(analysis: Analysis): readonly Marked[] {
  const names = namesIn(analysis);
  const found: Marked[] = [];
  for (const token of analysis.tokens) {
    const start = token.startOffset;
    const end = start + token.image.length;
    const kind = token.tokenType.name;
    if (keyword.test(kind)) found.push({ start, end, kind: SemanticTokenTypes.keyword, bits: 0 });
    else if (kind === 'Number' || kind === 'Quantity')
      found.push({ start, end, kind: SemanticTokenTypes.number, bits: 0 });
    else if (kind.endsWith('Text')) found.push(...stringParts(start, end, names));
    else {
      const name = names.get(start);
      if (name !== undefined && name.end === end) found.push(name);
    }
  }
  return found;
}

/** A string around the names in its braces. */
function stringParts(start: number, end: number, names: ReadonlyMap<number, Marked>): readonly Marked[] {
  const parts: Marked[] = [];
  let from = start;
  for (let at = start; at < end; at += 1) {
    const name = names.get(at);
    if (name === undefined || name.end > end) continue;
    parts.push({ start: from, end: at, kind: SemanticTokenTypes.string, bits: 0 }, name);
    from = name.end;
    at = name.end - 1;
  }
  parts.push({ start: from, end, kind: SemanticTokenTypes.string, bits: 0 });
  return parts.filter((part) => part.end > part.start);
}

function namesIn({ file, module, meanings, stdlib }: Analysis): ReadonlyMap<number, Marked> {
  const names = new Map<number, Marked>();
  const mark = ({ start, end }: { start: number; end: number }, kind: Kind, bits: number): void => {
    if (end > start) names.set(start, { start, end, kind, bits });
  };
  for (const { span, what } of meanings.definitions.values())
    if (span.file === file) mark(span, ofDefinition[what], DECLARATION);
  for (const { at, definitions } of meanings.uses) {
    const definition = definitions.map((span) => meanings.definitions.get(placeKey(span))).find((one) => one);
    if (definition === undefined) continue;
    const isStandard = definition.span.file.startsWith('std/') || definition.span.file.startsWith(`${stdlib}/std/`);
    mark(at, ofDefinition[definition.what], isStandard && definition.what === 'stage' ? DEFAULT_LIBRARY : 0);
  }
  for (const { name } of namedTypesIn(module.file)) mark(name.span, SemanticTokenTypes.type, DEFAULT_LIBRARY);
  for (const { name } of annotationsIn(module.file)) mark(name.span, SemanticTokenTypes.decorator, 0);
  return names;
}
