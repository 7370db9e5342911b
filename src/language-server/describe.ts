// What hovers and completions say: types, values and declarations as Markdown. In: what the check knows; out: text.
import type { Datum } from '../check/datum.ts';
import { partName } from '../check/data-origin.ts';
import type { DataPart } from '../check/data-part.ts';
import { describe, single } from '../check/datum.ts';
import type { Definition } from '../check/recorder.ts';
import type { Signature } from '../check/signature.ts';
import { signatureLines, stageReference } from '../reference/module-reference.ts';
import { formatQuantity } from '../syntax/units.ts';
import { formatType } from '../types/format-type.ts';
import type { Analysis } from './analysis.ts';

/** Items shown of a list whose items differ. */
const MOST_ITEMS = 3;

export const fenced = (lines: string): string => `\`\`\`pipe\n${lines}\n\`\`\``;

/** Parts with an empty line between; empty ones are left out. */
export const paragraphs = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('\n\n');

/** The type of what a name holds, all outputs of a call, the value where it is known: `Features<3000, 128>`, `Int = 3`. */
export function describeHeld(datum: Datum): string {
  const held = single(datum);
  switch (held.kind) {
    case 'result':
      return `{ ${held.outputs.map(({ name, datum: output }) => `${name}: ${describeHeld(output)}`).join(', ')} }`;
    case 'value':
      return `${held.type} = ${written(held)}`;
    case 'list': {
      const [first] = held.items;
      const kinds = new Set(held.items.map((item) => describe(item)));
      if (first === undefined) return describe(held);
      if (kinds.size > 1) {
        const shown = held.items.slice(0, MOST_ITEMS).map(describeHeld);
        return `[${[...shown, ...(held.items.length > MOST_ITEMS ? ['…'] : [])].join(', ')}]`;
      }
      const items = held.items.every(({ kind }) => kind === 'value')
        ? ` = [${held.items.map((item) => (item.kind === 'value' ? written(item) : '')).join(', ')}]`
        : ` of ${held.items.length}`;
      return `[${first.kind === 'value' ? first.type : describeHeld(first)}]${items}`;
    }
    case 'record':
      return `{ ${held.fields.map(({ name, datum: field }) => `${name}: ${describeHeld(field)}`).join(', ')} }`;
    case 'none':
      return 'none';
    case 'stage':
    case 'artifact':
    case 'error':
      return describe(held);
  }
}

/** Which data an artifact stands for: `Of mnist, train. Its encoder was trained on mnist, train.` */
export function describeData(datum: Datum): string {
  const held = single(datum);
  if (held.kind !== 'artifact' || held.data === undefined) return '';
  const naming = (parts: readonly DataPart[]): string => [...new Set(parts.map(partName))].join(' and ');
  const { rows, trainedOn } = held.data;
  return [
    ...(rows.length === 0 ? [] : [`Of ${naming(rows)}.`]),
    ...(trainedOn.length === 0 ? [] : [`Its encoder was trained on ${naming(trainedOn)}.`]),
  ].join(' ');
}

function written({ type, value }: Extract<Datum, { kind: 'value' }>): string {
  if (type === 'String') return JSON.stringify(value);
  return (type === 'Memory' || type === 'Duration') && value !== 0
    ? formatQuantity(Number(value), type)
    : String(value);
}

export function describeStage(signature: Signature, { modules }: Analysis): string {
  const source = modules.get(signature.module)?.source;
  if (source === undefined) return fenced(`stage ${signature.name}`);
  const lines = signatureLines(stageReference(signature, source)).join('\n');
  return paragraphs(fenced(lines), signature.doc, `*${signature.module}*`);
}

/** `tau: Float > 0 = 0.07`, and what is said of it. */
export function describeParameter(
  { parameter, stage, span }: Extract<Definition, { what: 'parameter' }>,
  { modules }: Analysis,
): string {
  const text = modules.get(span.file)?.source.text ?? '';
  const { default: standard } = parameter;
  const value = standard === undefined ? '' : ` = ${text.slice(standard.span.start, standard.span.end)}`;
  const whose = stage === undefined ? '' : `Parameter of \`${stage.name}\`.`;
  return paragraphs(fenced(`${parameter.name}: ${formatType(parameter.type)}${value}`), parameter.doc, whose);
}
