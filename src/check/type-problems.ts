// Problems of types, values and arithmetic as diagnostics (P401 to P411; those of dimensions are in dimension-problems.ts).
import { diagnose, type Diagnostic, type Label } from '../diagnostics/diagnostic.ts';
import { nearestNames } from '../diagnostics/nearest-names.ts';
import type { Span } from '../source/span.ts';
import type { Origin } from '../types/dimension.ts';
import { formatRange, formatType } from '../types/format-type.ts';
import { stageTypeIn, type Range, type ScalarName, type Type } from '../types/type.ts';
import { describe, single, type Datum } from './datum.ts';
import { stageAsValue } from './name-problems.ts';

/** The place that wants something: an argument, a default, a value of a profile. */
export interface Wanted {
  /** "`k` of `kmeans`". */
  readonly what: string;
  /** Where the value stands. */
  readonly at: Span;
  /** Where its type is declared. */
  readonly declared: Span;
}

const within = (inner: Span, outer: Span): boolean =>
  inner.file === outer.file && inner.start >= outer.start && inner.end <= outer.end;

/** A label at `span`, unless that place is already pointed at. */
export function elsewhere(span: Span, text: string, ...shown: readonly Span[]): readonly Label[] {
  return shown.some((place) => within(span, place)) ? [] : [{ span, text }];
}

function originOf(datum: Datum): Origin | undefined {
  const value = single(datum);
  if (value.kind === 'artifact' || value.kind === 'result') return value.made;
  if (value.kind === 'value' || value.kind === 'list' || value.kind === 'record')
    return { span: value.origin, text: `this is ${describe(value)}` };
  return undefined;
}

/** An artifact or list of such is wanted and something else is given, or the other way round, or another scalar. */
export function wrongType(expected: Type, datum: Datum, wanted: Wanted): Diagnostic {
  const given = describe(datum);
  const value = single(datum);
  if (value.kind === 'stage' && stageTypeIn(expected) === undefined) return stageAsValue(value, wanted.at);
  const origin = originOf(datum);
  const plain =
    stageTypeIn(expected) === undefined
      ? formatType(expected, { refinements: false })
      : expected.kind === 'list'
        ? 'a list of stages'
        : 'a stage';
  const notes: string[] = [];
  if (value.kind === 'list' && expected.kind !== 'list') notes.push('Take one of the list with `[0]`.');
  if (value.kind !== 'list' && expected.kind === 'list') notes.push('A list stands in brackets: `[…]`.');
  if (stageTypeIn(expected) !== undefined && (datum.kind === 'result' || value.kind === 'artifact'))
    notes.push('A stage is named where it is given, and called in the body that takes it: `idfd`, not `idfd(…)`.');
  if (value.kind === 'value' && expected.kind === 'artifact')
    notes.push(`${expected.name} is made by a stage; it cannot be written.`);
  if (value.kind === 'value' && value.type === 'Float' && expected.kind === 'scalar' && expected.name === 'Int')
    notes.push(`With a point or an exponent a number is Float. As Int it is written ${BigInt(Number(value.value))}.`);
  if (
    expected.kind === 'artifact' &&
    expected.unit === true &&
    value.kind === 'artifact' &&
    value.type.name === 'Features'
  )
    notes.push('`normalise` of "std/representation" scales every row to length 1.');
  const wrap = expected.kind === 'list' && value.kind !== 'list' && value.kind !== 'record';
  const { at } = wanted;
  return diagnose(
    'P401',
    `${wanted.what} must be ${plain}, but this is ${given}`,
    { span: at, text: `this is ${given}` },
    {
      labels: [
        ...(origin === undefined ? [] : elsewhere(origin.span, origin.text, at)),
        ...elsewhere(wanted.declared, `${plain} is declared here`, at),
      ],
      notes,
      fix: wrap
        ? {
            title: 'make it a list',
            edits: [
              { span: { ...at, end: at.start }, text: '[' },
              { span: { ...at, start: at.end }, text: ']' },
            ],
          }
        : undefined,
    },
  );
}

/** Whole numbers only. */
export function notWhole(value: number, wanted: Wanted): Diagnostic {
  return diagnose(
    'P401',
    `${wanted.what} must be Int, but ${value} is not a whole number`,
    { span: wanted.at, text: `this is ${value}` },
    {
      labels: elsewhere(wanted.declared, 'Int is declared here', wanted.at),
    },
  );
}

/** Several outputs where one is needed; `fitting` are those of the type wanted. */
export function chooseOutput(
  result: Extract<Datum, { kind: 'result' }>,
  at: Span,
  fitting: readonly string[],
): Diagnostic {
  const only = fitting.length === 1 ? fitting[0] : undefined;
  return diagnose(
    'P403',
    `\`${result.stage}\` has several outputs, and one is needed here`,
    { span: at, text: 'which one?' },
    {
      labels: elsewhere(result.made.span, result.made.text, at),
      suggestion: only === undefined ? undefined : `.${only}`,
      notes: [
        `Its outputs are ${result.outputs.map(({ name, datum }) => `\`.${name}\` (${describe(datum)})`).join(', ')}.`,
      ],
      fix:
        only === undefined
          ? undefined
          : { title: `take \`.${only}\``, edits: [{ span: { ...at, start: at.end }, text: `.${only}` }] },
    },
  );
}

export function outOfRange(value: number, range: Range, wanted: Wanted, origin: Span): Diagnostic {
  const allowed = formatRange(range);
  return diagnose(
    'P407',
    `${wanted.what} must be ${allowed}, but it is ${value}`,
    { span: wanted.at, text: `this is ${value}` },
    {
      labels: [
        ...elsewhere(origin, `${value} comes from here`, wanted.at),
        ...elsewhere(range.span, 'the range is declared here', wanted.at),
      ],
    },
  );
}

export function notOneOf(value: string, values: readonly string[], wanted: Wanted, origin: Span): Diagnostic {
  const suggestion = nearestNames(value, values)[0];
  const quoted = values.map((allowed) => JSON.stringify(allowed));
  const list = quoted.length === 1 ? quoted[0]! : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)!}`;
  const isWritten = within(origin, wanted.at) && origin.end > origin.start;
  return diagnose(
    'P408',
    `${wanted.what} cannot be ${JSON.stringify(value)}`,
    { span: wanted.at, text: `expected ${list}` },
    {
      suggestion: suggestion === undefined ? undefined : JSON.stringify(suggestion),
      labels: [
        ...elsewhere(origin, `${JSON.stringify(value)} comes from here`, wanted.at),
        ...elsewhere(wanted.declared, 'its values are declared here', wanted.at),
      ],
      fix:
        suggestion === undefined || !isWritten
          ? undefined
          : {
              title: `write ${JSON.stringify(suggestion)}`,
              edits: [{ span: origin, text: JSON.stringify(suggestion) }],
            },
    },
  );
}

export function wrongOperand(operator: string, datum: Datum, at: Span): Diagnostic {
  return diagnose(
    'P409',
    `\`${operator}\` works on numbers, and this is ${describe(datum)}`,
    { span: at, text: `this is ${describe(datum)}` },
    {
      notes:
        operator === '+' && datum.kind === 'value' && datum.type === 'String'
          ? ['Strings are joined by putting values in braces: `"{a} and {b}"`.']
          : [],
    },
  );
}

export function mixedOperands(operator: string, left: ScalarName, right: ScalarName, at: Span): Diagnostic {
  return diagnose(
    'P409',
    `\`${operator}\` does not go with ${left} and ${right}`,
    { span: at, text: 'cannot be computed' },
    {
      notes: [
        'Quantities of one kind can be added, subtracted and divided; a quantity can be multiplied and divided by a number.',
      ],
    },
  );
}

export function tooLarge(type: ScalarName, at: Span): Diagnostic {
  const note = type === 'Int' ? 'Whole numbers are exact up to 2^53 - 1.' : 'A Float goes up to about 1.8e308.';
  return diagnose('P409', 'this number is too large', { span: at, text: 'cannot be held' }, { notes: [note] });
}

export function impossibleArithmetic(title: string, at: Span, note: string): Diagnostic {
  return diagnose('P409', title, { span: at, text: 'cannot be computed' }, { notes: [note] });
}

export function indexOutOfRange(index: number, length: number, at: Span): Diagnostic {
  return diagnose(
    'P410',
    `there is no item ${index} in this list`,
    { span: at, text: `this is ${index}` },
    {
      notes: [
        length === 0
          ? 'The list is empty.'
          : `It has ${length} ${length === 1 ? 'item: index 0' : `items: indices 0 to ${length - 1}`}.`,
      ],
    },
  );
}
