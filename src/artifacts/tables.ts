// Tables as JSON files: scores, training logs, similarity histograms, manifests of data sets. In: a value or bytes; out: one line of JSON, or a value whose
// every field was checked against a schema. Field order is fixed here, so equal values give equal bytes.
import { Ajv, type ValidateFunction } from 'ajv';
import type { Manifest, Scores, Similarities, Table, TrainingLog } from './artifact.ts';
import { ArtifactError } from './artifact-error.ts';

export interface Tables {
  readonly Scores: Scores;
  readonly TrainingLog: TrainingLog;
  readonly Similarities: Similarities;
  readonly Table: Table;
  readonly Manifest: Manifest;
}

const number = { type: 'number' };
const count = { type: 'integer', minimum: 0 };
const list = (items: object) => ({ type: 'array', items });
const record = (properties: Record<string, object>, optional: readonly string[] = []) => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
});
const text = { type: 'string' };
const kindOfPair = { enum: ['same', 'different'] };
const threeScores = record({ acc: number, nmi: number, ari: number });

/** Schemas list fields in the order in which they are written. */
const SCHEMAS: { readonly [K in keyof Tables]: { readonly properties: Record<string, object> } } = {
  Scores: record(
    {
      acc: number,
      nmi: number,
      ari: number,
      count,
      contingency: list(list(count)),
      matching: list({ type: 'integer', minimum: -1 }),
      classes: list({ type: 'string' }),
      runs: { type: 'integer', minimum: 1 },
      deviation: threeScores,
    },
    ['runs', 'deviation'],
  ),
  TrainingLog: record({
    method: { type: 'string' },
    epochs: count,
    series: { type: 'object', additionalProperties: list(number) },
  }),
  Similarities: record({
    edges: list(number),
    panels: list(record({ background: kindOfPair, target: kindOfPair, mean: number, density: list(number) })),
  }),
  Table: record({
    columns: list({ type: 'string' }),
    rows: list(
      record({
        name: { type: 'string' },
        cells: list(record({ mean: number, runs: { type: 'integer', minimum: 1 }, deviation: number }, ['deviation'])),
      }),
    ),
  }),
  Manifest: record({
    name: text,
    split: text,
    count,
    height: count,
    width: count,
    channels: count,
    classes: list(record({ name: text, count })),
    mean: list(number),
    deviation: list(number),
    sources: list(
      record({ name: text, files: count, bytes: count, sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' } }),
    ),
    seed: { type: ['integer', 'null'] },
    rule: text,
  }),
};

const validators = new Map<keyof Tables, ValidateFunction>();

/**
 * One line of JSON with a line feed.
 * @throws ArtifactError where a field is missing or out of place, or a number is not finite (JSON cannot hold it).
 */
export function writeTable<K extends keyof Tables>(kind: K, value: Tables[K]): Uint8Array {
  check(kind, value);
  const fields = Object.keys(SCHEMAS[kind].properties).map((name) => [name, value[name as keyof Tables[K]]]);
  return new TextEncoder().encode(`${JSON.stringify(Object.fromEntries(fields))}\n`);
}

/** @throws ArtifactError where the bytes are not JSON, or not a table of this kind. */
export function readTable<K extends keyof Tables>(kind: K, bytes: Uint8Array): Tables[K] {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new ArtifactError(`not a JSON file: ${error instanceof Error ? error.message : String(error)}`);
  }
  check(kind, value);
  return value as Tables[K];
}

function check(kind: keyof Tables, value: unknown): void {
  let validate = validators.get(kind);
  if (validate === undefined) {
    validate = new Ajv({ strictNumbers: true }).compile(SCHEMAS[kind]);
    validators.set(kind, validate);
  }
  if (!validate(value)) {
    const problem = validate.errors?.[0];
    throw new ArtifactError(`not ${kind}: ${problem?.instancePath || 'the table'} ${problem?.message ?? 'is wrong'}`);
  }
  const problem = inconsistency(kind, value as never);
  if (problem !== undefined) throw new ArtifactError(`not ${kind}: ${problem}`);
}

/** What a schema cannot say: lengths that must agree. */
function inconsistency(kind: keyof Tables, value: Scores & TrainingLog & Similarities & Table): string | undefined {
  switch (kind) {
    case 'Scores': {
      const { contingency, matching, classes } = value;
      if (contingency.length !== classes.length)
        return `${contingency.length} rows of contingency for ${classes.length} classes`;
      const row = contingency.find((counts) => counts.length !== matching.length);
      return row && `a row of ${row.length} counts for ${matching.length} clusters`;
    }
    case 'TrainingLog': {
      const series = Object.entries(value.series).find(([, values]) => values.length !== value.epochs);
      return series && `series "${series[0]}" has ${series[1].length} values for ${value.epochs} epochs`;
    }
    case 'Similarities': {
      const panel = value.panels.find(({ density }) => density.length !== value.edges.length - 1);
      return panel && `a panel of ${panel.density.length} bins between ${value.edges.length} edges`;
    }
    case 'Table': {
      const row = value.rows.find(({ cells }) => cells.length !== value.columns.length);
      return row && `row "${row.name}" of ${row.cells.length} cells under ${value.columns.length} columns`;
    }
    case 'Manifest': {
      // Its classes are no names, as those of Scores are.
      const { count, channels, mean, deviation, classes } = value as unknown as Manifest;
      if (mean.length !== channels || deviation.length !== channels)
        return `${mean.length} means and ${deviation.length} deviations of ${channels} channels`;
      const labelled = classes.reduce((sum, one) => sum + one.count, 0);
      return classes.length > 0 && labelled !== count
        ? `${labelled} images in its classes, ${count} in all`
        : undefined;
    }
  }
}
