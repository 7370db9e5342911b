// Problems of names and members as diagnostics (P201 to P207).
import { diagnose, type Diagnostic, type Label } from '../diagnostics/diagnostic.ts';
import { nearestNames } from '../diagnostics/nearest-names.ts';
import type { Span } from '../source/span.ts';
import type { Name } from '../syntax/ast.ts';
import { formatType } from '../types/format-type.ts';
import type { Type } from '../types/type.ts';
import type { Offer } from './checking.ts';
import { describe, type Datum, type StageDatum } from './datum.ts';
import type { Entry } from './scope.ts';

export interface Unknown {
  /** A stage was wanted, so only stages are proposed. */
  readonly isCallee: boolean;
  /** The type of the place, where known: a bare word for a string gets its quotes. */
  readonly wanted: Type | undefined;
  readonly offers: readonly Offer[];
}

export function unknownName(
  name: string,
  span: Span,
  inScope: Iterable<readonly [string, Entry]>,
  { isCallee, wanted, offers }: Unknown,
): Diagnostic {
  const label = { span, text: 'not defined' };
  const title = `there is no ${isCallee ? 'stage' : 'value'} \`${name}\``;
  const [offer] = offers;
  if (offer !== undefined) {
    const last = { ...offer.last, start: offer.last.end };
    return diagnose('P201', title, label, {
      labels: [{ span: offer.last, text: `\`${offer.module}\` has \`${name}\`, but it is not imported` }],
      fix: { title: `add \`${name}\` to this import`, edits: [{ span: last, text: `, ${name}` }] },
    });
  }
  if (wanted?.kind === 'enumeration') {
    const [value] = wanted.values.includes(name) ? [name] : nearestNames(name, wanted.values);
    if (value !== undefined) {
      const text = JSON.stringify(value);
      const fix = { title: `write \`${text}\``, edits: [{ span, text }] };
      return diagnose('P201', title, label, { suggestion: text, notes: ['A string stands in double quotes.'], fix });
    }
  }
  const entries = [...inScope].filter(([, entry]) => isCallee === (entry.what === 'stage'));
  const suggestion = nearestNames(
    name,
    entries.map(([other]) => other),
  )[0];
  const meant = entries.find(([other]) => other === suggestion)?.[1];
  const isOfNumbers = wanted?.kind === 'scalar' && wanted.name !== 'String';
  const notes = isCallee
    ? ['A stage is imported first: `import { … } from "std/…"`.']
    : isOfNumbers
      ? [`${formatType(wanted)} is wanted here.`]
      : [];
  return diagnose('P201', title, label, {
    suggestion,
    labels: meant === undefined ? [] : [{ span: meant.span, text: `\`${suggestion}\` is defined here` }],
    notes: suggestion === undefined ? notes : [],
    fix:
      suggestion === undefined ? undefined : { title: `write \`${suggestion}\``, edits: [{ span, text: suggestion }] },
  });
}

export function usedBeforeDefinition(name: string, span: Span, definition: Span): Diagnostic {
  return diagnose(
    'P202',
    `\`${name}\` is used before its definition`,
    { span, text: 'used here' },
    {
      labels: [{ span: definition, text: 'defined here' }],
      notes: ['A program is read from top to bottom, as its steps run.'],
    },
  );
}

export function unusedBinding(name: string, span: Span, what: Entry['what']): Diagnostic {
  const consequence = what === 'parameter' ? 'nothing depends on it' : 'no output needs it, so it will not run';
  return diagnose('P203', `\`${name}\` is not used`, { span, text: consequence }, { severity: 'warning' });
}

/** `members` are the names that there are. */
export function noSuchMember(name: Name, of: Datum, members: readonly string[]): Diagnostic {
  const suggestion = nearestNames(name.text, members)[0];
  const isResult = of.kind === 'result';
  const title = isResult ? `\`${of.stage}\` has no output \`${name.text}\`` : `this has no member \`${name.text}\``;
  const has = isResult ? 'Its outputs are' : 'It has';
  return diagnose(
    'P204',
    title,
    { span: name.span, text: 'not there' },
    {
      suggestion,
      labels: originLabel(of, suggestion),
      notes:
        members.length === 0 ? [`It is ${describe(of)}, which has no members.`] : [`${has} ${members.join(', ')}.`],
      fix:
        suggestion === undefined
          ? undefined
          : { title: `write \`${suggestion}\``, edits: [{ span: name.span, text: suggestion }] },
    },
  );
}

/** Where the thing without the member comes from; of a record, the field that was probably meant. */
function originLabel(of: Datum, suggestion: string | undefined): readonly Label[] {
  if (of.kind === 'result' || of.kind === 'artifact') return [{ span: of.made.span, text: of.made.text }];
  if (of.kind === 'record') {
    const field = of.fields.find((candidate) => candidate.name === suggestion);
    return field === undefined
      ? [{ span: of.origin, text: 'made here' }]
      : [{ span: field.span, text: `\`${field.name}\` is given here` }];
  }
  return 'origin' in of ? [{ span: of.origin, text: `this is ${describe(of)}` }] : [];
}

export function notAStage(callee: Datum, span: Span): Diagnostic {
  return diagnose(
    'P205',
    'this is not a stage',
    { span, text: 'not a stage' },
    { notes: [`It is ${describe(callee)}. Only stages can be called.`] },
  );
}

/** A stage where something that a stage makes is wanted. */
export function stageAsValue({ signature }: StageDatum, span: Span): Diagnostic {
  const { name } = signature;
  return diagnose(
    'P206',
    `\`${name}\` is a stage, and what a stage makes is wanted here`,
    { span, text: 'not called' },
    {
      labels: [{ span: signature.span, text: 'declared here' }],
      notes: [`Call it: \`${name}(…)\`.`],
    },
  );
}

export function usesItself(name: string, span: Span, declared: Span): Diagnostic {
  return diagnose(
    'P207',
    `the stage \`${name}\` uses itself`,
    { span, text: 'it would never end' },
    { labels: [{ span: declared, text: 'declared here' }] },
  );
}
