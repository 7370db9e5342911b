// Published numbers beside those of a run. In: the targets of a pipeline, its parameters in the run, and its outputs as `finished` has them.
// Out: for each target what it came to. Pure; a run with other values of the parameters is never said to hold.
import type { PublishedTarget, TypedGraph, Value } from '../graph/typed-graph.ts';

export interface Comparison {
  readonly source: string;
  /** `cidfd.acc`. */
  readonly name: string;
  readonly paper: number;
  /** Undefined where the run has no such number. */
  readonly ours?: number;
  /** Ours less the paper's. */
  readonly difference?: number;
  /** Where ours is a mean over several runs. */
  readonly runs?: number;
  readonly deviation?: number;
  /** `within 0.05`. */
  readonly wanted: string;
  readonly verdict: 'holds' | 'misses' | 'not comparable' | 'no value';
  /** For the last two. */
  readonly why?: string;
  /** The steps that gave ours: those of the runs, where it is a mean. Not there where they are not known. */
  readonly steps?: readonly string[];
}

/** Room for the rounding of decimal fractions: 0.88 is within 0.05 of 0.83. */
const ROUNDING = 1e-9;

export function comparePublished(
  targets: readonly PublishedTarget[],
  parameters: TypedGraph['parameters'],
  outputs: Readonly<Record<string, unknown>>,
  stepsOf: (target: PublishedTarget) => readonly string[] = () => [],
): readonly Comparison[] {
  return targets.map((target): Comparison => {
    const { source, name, paper, judgement } = target;
    const found = numberAt(outputs[target.output], target.path);
    const base = { source, name, paper, wanted: `${judgement.kind} ${judgement.value}` };
    const steps = found === undefined ? [] : stepsOf(target);
    const ours =
      found === undefined
        ? {}
        : {
            ...{ ours: found.mean, difference: found.mean - paper, ...found.spread },
            ...(steps.length === 0 ? {} : { steps }),
          };
    const other = otherValues(target, parameters);
    if (other !== undefined) return { ...base, ...ours, verdict: 'not comparable', why: other };
    if (found === undefined) return { ...base, verdict: 'no value', why: `the run has no ${name}` };
    return { ...base, ...ours, verdict: holds(found.mean, paper, judgement) ? 'holds' : 'misses' };
  });
}

function holds(ours: number, paper: number, { kind, value }: PublishedTarget['judgement']): boolean {
  switch (kind) {
    case 'within':
      return Math.abs(ours - paper) <= value + ROUNDING;
    case 'at least':
      return ours >= value - ROUNDING;
    case 'at most':
      return ours <= value + ROUNDING;
  }
}

/** Names at most so many parameters. */
const MOST_NAMED = 3;

/** How the run differs from those that the number is of: "epochs is 2, not 40". */
function otherValues(
  { conditions, cell, under }: PublishedTarget,
  parameters: TypedGraph['parameters'],
): string | undefined {
  const valueOf = (name: string): Value | undefined =>
    (cell?.find((one) => one.name === name) ?? parameters.find((one) => one.name === name))?.value;
  const other = conditions.filter(
    ({ parameter, value }) => JSON.stringify(valueOf(parameter)) !== JSON.stringify(value),
  );
  if (other.length === 0) return undefined;
  const text = (value: Value | undefined): string => JSON.stringify(value ?? null);
  const named = other
    .slice(0, MOST_NAMED)
    .map(({ parameter, value }) => `${parameter} is ${text(valueOf(parameter))}, not ${text(value)}`);
  const rest = other.length > MOST_NAMED ? ` and ${other.length - MOST_NAMED} more` : '';
  return `${named.join('; ')}${rest}${under === null ? '' : ` (profile ${under})`}`;
}

interface Found {
  readonly mean: number;
  readonly spread: { readonly runs?: number; readonly deviation?: number };
}

/** The number at the end of a path into an output: of a score, of a cell of a table, or a plain one. */
function numberAt(output: unknown, path: PublishedTarget['path']): Found | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return typeof output === 'number' ? { mean: output, spread: {} } : undefined;
  if (Array.isArray(output)) return numberAt(output[Number(key)], rest);
  if (typeof output !== 'object' || output === null) return undefined;
  if ('rows' in output && 'columns' in output) {
    const { rows, columns } = output as { rows: readonly TableRow[]; columns: readonly string[] };
    const cell = rows.find(({ name }) => name === key)?.cells[columns.indexOf(String(rest[0]))];
    return cell && { mean: cell.mean, spread: spreadOf(cell.runs, cell.deviation) };
  }
  const scores = output as Readonly<Record<string, unknown>> & { runs?: number; deviation?: Record<string, number> };
  const mean = scores[key];
  return typeof mean === 'number' ? { mean, spread: spreadOf(scores.runs, scores.deviation?.[key]) } : undefined;
}

interface TableRow {
  readonly name: string;
  readonly cells: readonly { readonly mean: number; readonly runs: number; readonly deviation?: number }[];
}

const spreadOf = (runs: number | undefined, deviation: number | undefined): Found['spread'] => ({
  ...(runs === undefined ? {} : { runs }),
  ...(deviation === undefined ? {} : { deviation }),
});
