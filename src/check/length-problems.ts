// Lists whose lengths do not agree, as a diagnostic (P416): both places, and where each length comes from.
import { diagnose, type Diagnostic, type Label } from '../diagnostics/diagnostic.ts';
import type { Span } from '../source/span.ts';
import { variablesIn, type Dimension, type KnownDimension } from '../types/dimension.ts';
import { formatDimension } from '../types/format-type.ts';
import { resolve, type Substitution } from '../types/unify.ts';
import type { Fixer } from './dimension-problems.ts';
import { elsewhere } from './type-problems.ts';

export interface LengthMismatch {
  readonly stage: string;
  readonly parameter: { readonly name: string; readonly declared: Span };
  /** The list; undefined for a default, which is pointed at by the call. */
  readonly at: Span | undefined;
  readonly call: Span;
  /** It is an item of the argument. */
  readonly isInner: boolean;
  /** The length that is asked for, before `given` came. */
  readonly wanted: Dimension;
  readonly given: KnownDimension;
  readonly substitution: Substitution;
  readonly fixers: ReadonlyMap<string, Fixer>;
}

export const items = (count: number | string): string => (count === 1 ? '1 item' : `${count} items`);

export function lengthDisagrees(mismatch: LengthMismatch): Diagnostic {
  const { stage, parameter, at, call, isInner, wanted, given, substitution, fixers } = mismatch;
  const of = `\`${parameter.name}\` of \`${stage}\``;
  const subject = isInner ? `a list in ${of}` : of;
  const has = items(given.value);
  const place = at ?? call;
  const primary = { span: place, text: at === undefined ? `\`${parameter.name}\` has ${has} by default` : has };
  const expected = resolve(wanted, substitution);
  const formula = formatDimension(wanted);
  const declared = elsewhere(parameter.declared, declares(parameter.name, formula, isInner), place);
  const parts = variablesIn(wanted).flatMap((name) => partOf(name, mismatch, place));
  const fixer = wanted.kind === 'variable' ? fixers.get(wanted.name) : undefined;
  if (expected.kind !== 'known' || fixer === undefined) {
    const asked = expected.kind === 'known' ? expected.value : formula;
    const why = wanted.kind === 'arithmetic' && expected.kind === 'known' ? ` for ${formula}` : '';
    return diagnose('P416', `${subject} must have ${items(asked)}${why}, but has ${given.value}`, primary, {
      labels: [...parts, ...declared],
    });
  }
  const shown = [place, ...(fixer.at === undefined ? [] : [fixer.at])];
  const origin = given.origin === undefined ? [] : elsewhere(given.origin.span, given.origin.text, ...shown);
  const labels = [...parts, ...origin, ...declared];
  if (fixer.name === parameter.name)
    return diagnose(
      'P416',
      `the lists in ${of} have different lengths: ${expected.value} and ${given.value}`,
      primary,
      {
        labels,
      },
    );
  const asks = fixer.isLength === true ? `where \`${fixer.name}\` has` : `and \`${fixer.name}\` asks for`;
  return diagnose('P416', `${subject} has ${has}, ${asks} ${expected.value}`, primary, {
    labels,
    notes:
      fixer.isLength === true
        ? [`\`${stage}\` declares both with the same ${formula}: each item of one belongs to an item of the other.`]
        : [],
  });
}

/** Where a variable of the length was fixed, where its number comes from, and where that is declared. */
function partOf(name: string, { substitution, fixers, wanted }: LengthMismatch, place: Span): readonly Label[] {
  const value = resolve({ kind: 'variable', name }, substitution);
  const fixer = fixers.get(name);
  if (value.kind !== 'known' || fixer === undefined) return [];
  const isPlain = fixer.isLength === true && wanted.kind === 'variable';
  const at =
    fixer.at === undefined
      ? []
      : elsewhere(fixer.at, isPlain ? items(value.value) : `${name} is ${value.value}`, place);
  const shown = [place, ...at.map(({ span }) => span)];
  const origin = value.origin === undefined ? [] : elsewhere(value.origin.span, value.origin.text, ...shown);
  const says = fixer.isLength === true ? `\`${fixer.name}\` has ${name} items` : `\`${fixer.name}\` has ${name}`;
  return [...at, ...origin, ...elsewhere(fixer.declared, says, ...shown)];
}

const declares = (name: string, formula: string, isInner: boolean): string =>
  isInner ? `\`${name}\` has lists of ${items(formula)}` : `\`${name}\` must have ${items(formula)}`;
