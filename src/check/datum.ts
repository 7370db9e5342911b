// What an expression evaluates to at check time: values are known, artifacts are promises of a step.
import type { Binding, Value } from '../graph/typed-graph.ts';
import type { Span } from '../source/span.ts';
import type { Origin } from '../types/dimension.ts';
import { formatType } from '../types/format-type.ts';
import type { ArtifactType, ScalarName } from '../types/type.ts';
import type { DataOrigin } from './data-part.ts';
import type { Signature } from './signature.ts';

export type Datum =
  /** `origin` is where the value was written: a literal, a default, a profile, a `--set`. */
  | {
      readonly kind: 'value';
      readonly type: ScalarName;
      readonly value: number | string | boolean;
      readonly origin: Span;
    }
  | { readonly kind: 'none'; readonly origin: Span }
  | ArtifactDatum
  /** What a call gives: it stands for its output where it has exactly one. */
  | {
      readonly kind: 'result';
      readonly stage: string;
      /** `declared` is the name of the output in the declaration of the stage. */
      readonly outputs: readonly { readonly name: string; readonly datum: Datum; readonly declared: Span }[];
      readonly made: Origin;
    }
  /** `places` are where the items of a list literal stand; with `anyLength` one item stands for all, however many there are. */
  | {
      readonly kind: 'list';
      readonly items: readonly Datum[];
      readonly origin: Span;
      readonly places?: readonly Span[];
      readonly anyLength?: true;
    }
  | {
      readonly kind: 'record';
      readonly fields: readonly { readonly name: string; readonly datum: Datum; readonly span: Span }[];
      readonly origin: Span;
    }
  | StageDatum
  /** Not known because of a problem already reported: every use of it is silent. */
  | { readonly kind: 'error' };

export type ListDatum = Extract<Datum, { kind: 'list' }>;

export interface ArtifactDatum {
  readonly kind: 'artifact';
  readonly type: ArtifactType;
  readonly binding: Binding;
  /** The call that makes it. */
  readonly made: Origin;
  /** Which data it stands for, where that is known. */
  readonly data?: DataOrigin | undefined;
}

/** A stage as a value: one that can be called where its name does not stand. */
export interface StageDatum {
  readonly kind: 'stage';
  readonly signature: Signature;
  /** Where it is named as a value; undefined for the name itself. */
  readonly named: Span | undefined;
  /** Arguments given by `with`, with their places. */
  readonly given: ReadonlyMap<string, { readonly datum: Datum; readonly at: Span }>;
  /** What may be known of it where it stands: the type of the parameter that it was given for. */
  readonly seenAs?: Signature;
}

/** What a call of it is held to. */
export const faceOf = ({ signature, seenAs }: StageDatum): Signature => seenAs ?? signature;

/** `idfd`, or `idfd with tau 0.2`: the values that tell it from others, without artifacts. */
export function stageLabel({ signature, given }: StageDatum): string {
  const values = [...given].flatMap(([name, { datum }]) => {
    if (datum.kind === 'stage') return [`${name} ${stageLabel(datum)}`];
    const value = toValue(single(datum));
    return value === undefined ? [] : [`${name} ${Array.isArray(value) ? value.join(' ') : String(value)}`];
  });
  return values.length === 0 ? signature.name : `${signature.name} with ${values.join(', ')}`;
}

export const errorDatum: Datum = { kind: 'error' };

/** A result with one output is that output; everything else is itself. */
export function single(datum: Datum): Datum {
  const only = datum.kind === 'result' && datum.outputs.length === 1 ? datum.outputs[0] : undefined;
  return only === undefined ? datum : only.datum;
}

/** What a list that is made item by item from another takes over. */
export const lengthOf = ({ anyLength }: ListDatum): Pick<ListDatum, 'anyLength'> =>
  anyLength === undefined ? {} : { anyLength };

/** Its type in the user's words, for messages. */
export function describe(datum: Datum): string {
  switch (datum.kind) {
    case 'value':
      return datum.type;
    case 'none':
      return '`none`';
    case 'artifact':
      return formatType(datum.type);
    case 'result': {
      const only = single(datum);
      if (only.kind !== 'result') return describe(only);
      return `the ${datum.outputs.length} outputs of ${datum.stage}`;
    }
    case 'list': {
      const kinds = [...new Set(datum.items.filter((item) => item.kind !== 'error').map(describe))];
      if (datum.items.length === 0) return 'an empty list';
      return kinds.length === 1 ? `[${kinds[0]!}]` : 'a list';
    }
    case 'record':
      return `{ ${datum.fields.map(({ name }) => name).join(', ')} }`;
    case 'stage':
      return `the stage \`${stageLabel(datum)}\``;
    case 'error':
      return '?';
  }
}

/** The value as the graph holds it, or undefined where it holds an artifact or an error. */
export function toValue(datum: Datum): Value | undefined {
  if (datum.kind === 'value') return datum.value;
  if (datum.kind === 'none') return null;
  if (datum.kind !== 'list') return undefined;
  const items = datum.items.map(toValue);
  return items.includes(undefined) ? undefined : (items as readonly Value[]);
}

export function hasError(datum: Datum): boolean {
  switch (datum.kind) {
    case 'error':
      return true;
    case 'list':
      return datum.items.some(hasError);
    case 'record':
      return datum.fields.some((field) => hasError(field.datum));
    case 'result':
    case 'artifact':
    case 'stage':
    case 'value':
    case 'none':
      return false;
  }
}
