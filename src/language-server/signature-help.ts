// The stage whose arguments are being typed, and which of its parameters the cursor is at.
import type { SignatureHelp } from 'vscode-languageserver-types';
import { faceOf } from '../check/datum.ts';
import type { SignatureParameter } from '../check/signature.ts';
import { formatType } from '../types/format-type.ts';
import type { Analysis } from './analysis.ts';
import { stageOf } from './ask.ts';
import { cursorAt, itemsBefore, type Bracket } from './cursor.ts';

export function signatureHelp(analysis: Analysis, offset: number): SignatureHelp | undefined {
  const cursor = cursorAt(analysis.tokens, analysis.comments, offset);
  if (cursor.inComment) return undefined;
  // Within a list or a sum that is an argument, the call around it is still meant; within a block it is not.
  let bracket: Bracket | undefined;
  for (const candidate of cursor.brackets.toReversed()) {
    if (candidate.kind === 'call' || candidate.kind === 'with') bracket = candidate;
    if (candidate.kind !== 'list' && candidate.kind !== 'group' && candidate.kind !== 'record') break;
  }
  const stage = bracket && stageOf(analysis, cursor, bracket);
  if (bracket === undefined || stage === undefined) return undefined;
  const { given } = stage;
  const signature = faceOf(stage);
  const open = signature.parameters.filter(({ name }) => !given.has(name));
  const items = itemsBefore(cursor, bracket);
  const { label } = items.at(-1)!;
  const position = label === undefined ? items.length - 1 : open.findIndex(({ name }) => name === label.image);
  const results = signature.results.map(({ name, type }) => `${name}: ${formatType(type)}`).join(', ');
  const before = `${signature.name}(`;
  let at = before.length;
  const parameters = open.map((parameter) => {
    const text = written(parameter);
    const place: [number, number] = [at, at + text.length];
    at += text.length + 2;
    return { label: place, documentation: { kind: 'markdown' as const, value: parameter.doc } };
  });
  return {
    signatures: [
      {
        label: `${before}${open.map(written).join(', ')}) -> { ${results} }`,
        documentation: { kind: 'markdown', value: signature.doc },
        parameters,
      },
    ],
    activeSignature: 0,
    // One behind the last is none.
    activeParameter: position < 0 || position >= open.length ? open.length : position,
  };
}

function written({ name, type, default: standard }: SignatureParameter): string {
  return `${name}${standard === undefined && type.kind !== 'optional' ? '' : '?'}: ${formatType(type)}`;
}
