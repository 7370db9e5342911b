// Problems of dimensions in a call as diagnostics (P402, P412): every place involved, and where each number comes from.
import { diagnose, type Diagnostic, type Label } from '../diagnostics/diagnostic.ts';
import type { Span } from '../source/span.ts';
import { evaluateDimension } from '../types/dimension-arithmetic.ts';
import { variablesIn, type ArithmeticDimension, type Dimension } from '../types/dimension.ts';
import { formatDimension, formatType } from '../types/format-type.ts';
import type { ArtifactType } from '../types/type.ts';
import { resolve, type Substitution } from '../types/unify.ts';
import { elsewhere } from './type-problems.ts';

/** What fixed a dimension variable of a call first. */
export interface Fixer {
  readonly name: string;
  /** The argument; undefined where a default did. */
  readonly at: Span | undefined;
  readonly declared: Span;
  /** It is the length of a list that did, not a size in it. */
  readonly isLength?: boolean;
}

/** An argument as a side of a disagreement. */
interface Side {
  readonly name: string;
  readonly dimension: Dimension;
  readonly at: Span;
  readonly declared: Span;
  readonly type: ArtifactType;
}

const number = (dimension: Dimension): string => (dimension.kind === 'known' ? String(dimension.value) : '?');

const origin = (dimension: Dimension, ...shown: readonly Span[]): readonly Label[] =>
  dimension.kind === 'known' && dimension.origin !== undefined
    ? elsewhere(dimension.origin.span, dimension.origin.text, ...shown)
    : [];

/** `left` was fixed before `right` came; `variable` is what the stage calls both, undefined where it demands a number. */
export function dimensionsDisagree(mismatch: {
  readonly stage: string;
  readonly variable: string | undefined;
  /** The letter of the dimension in the type, for a demanded number. */
  readonly letter: string;
  readonly left: {
    readonly name: string;
    readonly dimension: Dimension;
    readonly at: Span | undefined;
    readonly declared: Span;
  };
  readonly right: Side;
}): Diagnostic {
  const { stage, variable, letter, left, right } = mismatch;
  const name = variable ?? letter;
  const [a, b] = [number(left.dimension), number(right.dimension)];
  const primary = { span: right.at, text: `${name} is ${b}: ${formatType(right.type)}` };
  const leftAt = left.at === undefined ? [] : elsewhere(left.at, `${name} is ${a}`, right.at);
  const shown = [right.at, ...(left.at === undefined ? [] : [left.at])];
  const leftRoot = variable === undefined ? [] : origin(left.dimension, ...shown);
  const roots = [...leftRoot, ...origin(right.dimension, ...shown)];
  if (variable === undefined) {
    return diagnose('P402', `\`${right.name}\` of \`${stage}\` must have ${name} = ${a}, but has ${b}`, primary, {
      labels: [...leftAt, ...roots, ...elsewhere(right.declared, `\`${stage}\` demands ${a} here`, ...shown)],
      notes: [`\`${stage}\` is declared for ${name} = ${a} only.`],
    });
  }
  const same = left.name === right.name;
  const title = same
    ? `the members of \`${right.name}\` of \`${stage}\` disagree about ${name}: ${a} and ${b}`
    : `\`${left.name}\` and \`${right.name}\` of \`${stage}\` disagree about ${name}: ${a} and ${b}`;
  return diagnose('P402', title, primary, {
    labels: [
      ...leftAt,
      ...roots,
      ...elsewhere(left.declared, `\`${left.name}\` has ${name}`, ...shown),
      ...(same ? [] : elsewhere(right.declared, `\`${right.name}\` has the same ${name}`, ...shown)),
    ],
    notes: [
      same
        ? `\`${stage}\` declares every member of \`${right.name}\` with the same ${name}, so their sizes must be equal.`
        : `\`${stage}\` declares \`${left.name}\` and \`${right.name}\` with the same ${name}, so their sizes must be equal.`,
    ],
  });
}

/** What a stage knows of its dimensions in one call. */
interface Known {
  readonly stage: string;
  readonly wanted: ArithmeticDimension;
  readonly substitution: Substitution;
  readonly fixers: ReadonlyMap<string, Fixer>;
}

/** For each variable that is known: where its argument stands, where its number comes from, where it is declared. */
function partsOf({ wanted, substitution, fixers }: Known, ...shown: readonly Span[]): readonly Label[] {
  return variablesIn(wanted).flatMap((name) => {
    const value = resolve({ kind: 'variable', name }, substitution);
    const fixer = fixers.get(name);
    if (value.kind !== 'known' || fixer === undefined) return [];
    const at = fixer.at === undefined ? [] : elsewhere(fixer.at, `${name} is ${value.value}`, ...shown);
    const seen = [...shown, ...at.map(({ span }) => span)];
    return [...at, ...origin(value, ...seen), ...elsewhere(fixer.declared, `\`${fixer.name}\` has ${name}`, ...seen)];
  });
}

/** Every variable replaced by what it stands for, and nothing computed. */
function withNumbers(dimension: Dimension, substitution: Substitution): Dimension {
  if (dimension.kind !== 'arithmetic') return resolve(dimension, substitution);
  const { left, right } = dimension;
  return { ...dimension, left: withNumbers(left, substitution), right: withNumbers(right, substitution) };
}

/** `7 / 2 is 3.5`, or `7 / 0 cannot be computed`. */
function computed(wanted: ArithmeticDimension, substitution: Substitution): string {
  const resolved = resolve(wanted, substitution);
  const evaluated = evaluateDimension(resolved);
  const formula = formatDimension(withNumbers(wanted, substitution));
  const value = evaluated.kind === 'size' || evaluated.kind === 'impossible' ? evaluated.value : undefined;
  if (value !== undefined) return `${formula} is ${Number(value.toFixed(6))}`;
  return `${formula} cannot be computed`;
}

/** An input whose size is given by arithmetic has another size, or one that no number could give. */
export function arithmeticDisagrees(mismatch: Known & { readonly right: Side }): Diagnostic {
  const { stage, wanted, substitution, right } = mismatch;
  const formula = formatDimension(wanted);
  const given = number(right.dimension);
  const evaluated = evaluateDimension(resolve(wanted, substitution));
  const primary = { span: right.at, text: `${formula} is ${given}: ${formatType(right.type)}` };
  const labels = [
    ...partsOf(mismatch, right.at),
    ...origin(right.dimension, right.at),
    ...elsewhere(right.declared, `\`${right.name}\` has ${formula}`, right.at),
  ];
  if (evaluated.kind === 'impossible') return noSize(mismatch, primary, labels);
  if (evaluated.kind === 'size') {
    return diagnose(
      'P402',
      `\`${right.name}\` of \`${stage}\` must have ${evaluated.value} for ${formula}, but has ${given}`,
      primary,
      {
        labels,
        notes: [`\`${stage}\` declares \`${right.name}\` with ${formula}, and ${computed(wanted, substitution)}.`],
      },
    );
  }
  const unknown = variablesIn(resolve(wanted, substitution));
  const asked = unknown.map((name) => `\`${name}\``).join(', ');
  return diagnose('P412', `\`${right.name}\` of \`${stage}\` cannot have ${given} for ${formula}`, primary, {
    labels,
    notes: [`No whole number above 0 for ${asked} makes ${formula} equal to ${given}.`],
  });
}

/** A result whose size comes to no whole number above 0. `at` is the call, `declared` the result. */
export function impossibleResult(
  result: Known & { readonly name: string; readonly at: Span; readonly declared: Span },
): Diagnostic {
  const { name, at, declared, wanted } = result;
  return noSize(result, { span: at, text: `\`${name}\` would have no size` }, [
    ...partsOf(result, at),
    ...elsewhere(declared, `\`${name}\` has ${formatDimension(wanted)}`, at),
  ]);
}

function noSize({ stage, wanted, substitution }: Known, primary: Label, labels: readonly Label[]): Diagnostic {
  return diagnose(
    'P412',
    `\`${formatDimension(wanted)}\` of \`${stage}\` is no size: ${computed(wanted, substitution)}`,
    primary,
    {
      labels,
      notes: ['A size is a whole number above 0.'],
    },
  );
}

/** The sizes of a list's items add up to something else than an input before it says. */
export function sumDisagrees(mismatch: {
  readonly stage: string;
  readonly name: string;
  readonly total: number;
  readonly earlier: Dimension;
  readonly fixer: Fixer | undefined;
  readonly parameter: { readonly name: string; readonly declared: Span };
  readonly at: Span;
}): Diagnostic {
  const { stage, name, total, earlier, fixer, parameter, at } = mismatch;
  const before = number(earlier);
  return diagnose(
    'P402',
    `the items of \`${parameter.name}\` of \`${stage}\` have ${name} = ${total} together, and it is ${before}`,
    { span: at, text: `${name} adds up to ${total}` },
    {
      labels: [
        ...(fixer?.at === undefined ? [] : elsewhere(fixer.at, `${name} is ${before}`, at)),
        ...origin(earlier, at),
        ...elsewhere(parameter.declared, `\`${parameter.name}\` adds up ${name}`, at),
      ],
    },
  );
}

/** How many clusters or classes an argument has. */
export interface ClassCount {
  readonly size: Extract<Dimension, { kind: 'known' }>;
  readonly at: Span;
}

export function otherClassCount(stage: string, clusters: ClassCount, labels: ClassCount): Diagnostic {
  const [k, classes] = [clusters.size.value, labels.size.value];
  return diagnose(
    'P414',
    `\`${stage}\` compares ${k} clusters with ${classes} classes`,
    { span: clusters.at, text: `${k} clusters` },
    {
      severity: 'warning',
      labels: [
        ...elsewhere(labels.at, `${classes} classes`, clusters.at),
        ...origin(clusters.size, clusters.at, labels.at),
        ...origin(labels.size, clusters.at, labels.at),
      ],
      notes: [
        k > classes
          ? `Accuracy matches each class with one cluster: ${k - classes} of the clusters count as wrong.`
          : `Accuracy matches each cluster with one class: ${classes - k} of the classes count as wrong.`,
      ],
    },
  );
}
