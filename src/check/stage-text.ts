// A stage that is the value of a pipeline's parameter → its text, as it could stand behind `--set`. One stage with the same arguments has one text, however
// it was written: arguments are in the order of the declaration, and one that is the default is left out.
import type { Value } from '../graph/typed-graph.ts';
import type { Span } from '../source/span.ts';
import { formatQuantity, parseQuantity } from '../syntax/units.ts';
import { single, toValue, type Datum, type StageDatum } from './datum.ts';
import { writtenValue } from './parameter-value.ts';

/** An argument that is made by a stage, and so cannot be known before a run. */
export interface ArtifactGiven {
  readonly argument: string;
  readonly at: Span;
}

/** The texts of stages, of lists of such, or null; `onArtifact` is told what has none. */
export function stageValue(given: Datum, onArtifact: (stage: StageDatum, argument: ArtifactGiven) => void): Value {
  const datum = single(given);
  if (datum.kind === 'list') return datum.items.map((item) => stageValue(item, onArtifact));
  return datum.kind === 'stage' ? textOf(datum, onArtifact) : null;
}

function textOf(stage: StageDatum, onArtifact: Parameters<typeof stageValue>[1]): string {
  const { signature, given } = stage;
  const fields = signature.parameters.flatMap(({ name, default: standard }) => {
    const argument = given.get(name);
    if (argument === undefined) return [];
    const value = toValue(single(argument.datum));
    if (value !== undefined && value === writtenValue(standard)) return [];
    const text = written(argument.datum, onArtifact);
    if (text === undefined) onArtifact(stage, { argument: name, at: argument.at });
    return text === undefined ? [] : [`${name}: ${text}`];
  });
  return fields.length === 0 ? signature.name : `${signature.name} with { ${fields.join(', ')} }`;
}

/** Undefined for what cannot be written. */
function written(given: Datum, onArtifact: Parameters<typeof stageValue>[1]): string | undefined {
  const datum = single(given);
  switch (datum.kind) {
    case 'value':
      return plain(datum);
    case 'none':
      return 'none';
    case 'stage':
      return textOf(datum, onArtifact);
    case 'list': {
      const items = datum.items.map((item) => written(item, onArtifact));
      return items.includes(undefined) ? undefined : `[${items.join(', ')}]`;
    }
    case 'artifact':
    case 'result':
    case 'record':
      return undefined;
    // Reported where it stands.
    case 'error':
      return '';
  }
}

function plain({ type, value }: Extract<Datum, { kind: 'value' }>): string {
  if (typeof value === 'string') return `"${value.replaceAll(/[\\"{}]/g, '\\$&').replaceAll('\n', '\\n')}"`;
  if (type === 'Memory' || type === 'Duration') {
    const text = formatQuantity(Number(value), type);
    const isExact = /^\d+ /.test(text) && parseQuantity(text).value === value;
    return isExact ? text : `${value} ${type === 'Memory' ? 'B' : 's'}`;
  }
  // Without a point it would be an Int, which does not reach as far.
  return type === 'Float' && /^-?\d+$/.test(String(value)) ? `${value}.0` : String(value);
}
