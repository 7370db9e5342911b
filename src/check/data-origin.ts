// Which data the rows of an artifact stand for, and which an encoder was trained on: carried along every call, beside the type, so that no
// program has to say it. In: the inputs of a call; out: what its results carry, and what is to be said of them. Knows types, and no stage by name.
import type { Span } from '../source/span.ts';
import { variablesIn } from '../types/dimension.ts';
import type { ArtifactType, Type } from '../types/type.ts';
import type { DataOrigin, DataPart } from './data-part.ts';
import { single, type Datum } from './datum.ts';
import type { Signature } from './signature.ts';

/** An input of a call, with what it is bound to. */
export interface OriginInput {
  readonly type: Type;
  readonly datum: Datum;
}

const noOrigin: DataOrigin = { rows: [], trainedOn: [] };

/** The dimension that counts rows stands first in these. */
const rowKinds: ReadonlySet<string> = new Set(['Images', 'Labels', 'Features', 'Clusters']);

export const artifactIn = (type: Type): ArtifactType | undefined =>
  type.kind === 'artifact'
    ? type
    : type.kind === 'list'
      ? artifactIn(type.element)
      : type.kind === 'optional'
        ? artifactIn(type.inner)
        : undefined;

/** The variables that count the rows of an artifact of this type. */
export function rowVariables(type: Type): readonly string[] {
  const artifact = artifactIn(type);
  const first = artifact?.dimensions[0];
  return artifact === undefined || first === undefined || !rowKinds.has(artifact.name) ? [] : variablesIn(first);
}

export function originOf(given: Datum, addsUp = false): DataOrigin {
  const datum = single(given);
  if (datum.kind === 'artifact') return datum.data ?? noOrigin;
  if (datum.kind !== 'list') return noOrigin;
  const items = datum.items.map((item) => originOf(item));
  const rows = items.flatMap((item) => item.rows);
  return { rows: addsUp ? joined(rows) : distinct(rows), trainedOn: distinct(items.flatMap((item) => item.trainedOn)) };
}

/** What a result of a stage without a body carries. */
export function resultOrigin(
  signature: Signature,
  result: Type,
  inputs: readonly OriginInput[],
  values: Readonly<Record<string, unknown>>,
  made: Span,
): DataOrigin | undefined {
  const kind = artifactIn(result)?.name;
  if (kind === undefined || (!rowKinds.has(kind) && kind !== 'Encoder')) return undefined;
  if (!signature.parameters.some(({ role }) => role === 'input')) {
    const { split, ...rest } = values;
    const text = typeof split === 'string' ? split : undefined;
    return { rows: [{ set: signature.name, split: text, draw: JSON.stringify(rest), made }], trainedOn: [] };
  }
  const sums = new Set(signature.dimensions.filter(({ addsUp }) => addsUp).map(({ name }) => name));
  const origins = inputs.map(({ type, datum }) => {
    const variables = rowVariables(type);
    return {
      variables,
      kind: artifactIn(type)?.name,
      ...originOf(
        datum,
        variables.some((name) => sums.has(name)),
      ),
    };
  });
  const trains = signature.results.some(({ type }) => artifactIn(type)?.name === 'Encoder');
  const counted = rowVariables(result);
  return {
    rows: distinct(
      origins.filter(({ variables }) => variables.some((name) => counted.includes(name))).flatMap(({ rows }) => rows),
    ),
    trainedOn: distinct([
      ...(trains ? origins.filter((one) => one.kind === 'Images').flatMap(({ rows }) => rows) : []),
      ...origins.flatMap(({ trainedOn }) => trainedOn),
    ]),
  };
}

/** Of two inputs whose rows belong together: parts of one set that are of different splits. */
export function mixedSplits(
  one: DataOrigin,
  other: DataOrigin,
): { readonly one: DataPart; readonly other: DataPart } | undefined {
  for (const part of one.rows) {
    const same = other.rows.filter(({ set }) => set === part.set);
    const [first] = same;
    const isMixed = part.split !== undefined && first?.split !== undefined;
    if (isMixed && !same.some(({ split }) => split === part.split)) return { one: part, other: first };
  }
  return undefined;
}

/**
 * What is to be said of a step that scores what an encoder gave by labels; undefined where nothing is known. Where inputs are labels of different rows, the
 * last are those that are scored, and a classifier learned the others.
 */
export function scoringNote(inputs: readonly OriginInput[]): string | undefined {
  const labels = inputs.filter(({ type }) => artifactIn(type)?.name === 'Labels');
  const last = labels.at(-1);
  if (last === undefined) return undefined;
  const counted = rowVariables(last.type);
  const learned = labels.filter(({ type }) => !rowVariables(type).some((name) => counted.includes(name)));
  const { rows } = originOf(learned.length === 0 ? labels[0]!.datum : last.datum);
  const seen = inputs.filter((input) => !labels.includes(input)).flatMap(({ datum }) => originOf(datum).trainedOn);
  const both = sharedBy(rows, seen);
  const others = otherParts(seen, rows);
  const lessons = distinct(learned.flatMap(({ datum }) => originOf(datum).rows));
  if (rows.length > 0 && lessons.length > 0) {
    const same = sharedBy(lessons, rows).length > 0;
    const taught = same ? `the same labels of ${naming(rows)}` : `the labels of ${trainedOn(lessons)}`;
    const encoder =
      both.length > 0
        ? '; its encoder was trained on the scored images, without their labels'
        : others.length > 0
          ? `; its encoder was trained on ${trainedOn(others)}`
          : '';
    return `scored on ${naming(rows)}, by a classifier that learned ${taught}${encoder}`;
  }
  if (both.length > 0)
    return `scored on the images that its encoder was trained on (${naming(both)}), without their labels: transductive`;
  return others.length === 0 ? undefined : `scored on ${naming(rows)}; its encoder was trained on ${trainedOn(others)}`;
}

const sharedBy = (parts: readonly DataPart[], others: readonly DataPart[]): readonly DataPart[] =>
  parts.filter((part) => others.some((other) => isSame(part, other)));

/** Those of the same sets as the scored rows. */
const otherParts = (parts: readonly DataPart[], rows: readonly DataPart[]): readonly DataPart[] =>
  distinct(parts.filter((part) => rows.some(({ set }) => set === part.set)));

const trainedOn = (parts: readonly DataPart[]): string =>
  parts.every(({ split }) => split === undefined) ? `${naming(parts)}, other draws` : naming(parts);

export const partName = ({ set, split }: DataPart): string => (split === undefined ? set : `${set}, ${split}`);

const naming = (parts: readonly DataPart[]): string => [...new Set(parts.map(partName))].join(' and ');

/** Of a set with splits, any part of the same split; else the same draw. */
const isSame = (one: DataPart, other: DataPart): boolean => keyOf(one) === keyOf(other);

const keyOf = ({ set, split, draw }: DataPart): string => JSON.stringify([set, split ?? { draw }]);

function distinct(parts: readonly DataPart[]): readonly DataPart[] {
  return parts.length < 2 ? parts : [...new Map(parts.map((part) => [keyOf(part), part])).values()];
}

/** The parts of sets that follow each other: one of each set, with all its splits. */
function joined(parts: readonly DataPart[]): readonly DataPart[] {
  const sets = new Map<string, DataPart>();
  for (const part of parts) {
    const before = sets.get(part.set);
    const split =
      before === undefined || before.split === undefined || part.split === undefined
        ? part.split
        : `${before.split} + ${part.split}`;
    sets.set(part.set, before === undefined ? part : { ...before, split, draw: `${before.draw}, ${part.draw}` });
  }
  return [...sets.values()];
}
