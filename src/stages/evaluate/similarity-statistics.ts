// Table VII of the CDC paper (docs/methods.md §6.3): how alike two views of an image are, two images of a class, and two of different classes.
// In: features, labels, features of two views; out: a table of three rows, a column for each part of a feature vector.
import type { Features, Labels, TableCell } from '../../artifacts/artifact.ts';
import { PAIR_KINDS } from '../../artifacts/table-titles.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';
import { yieldTurn } from '../yield-turn.ts';
import { pairStatistics, rowStatistics, type PairStatistics } from './pair-statistics.ts';
import { unitRows } from './unit-rows.ts';

export interface SimilarityStatisticsParameters {
  readonly parts: readonly number[];
  readonly columns: readonly string[];
}

export interface SimilarityStatisticsInputs {
  readonly features: Features;
  readonly labels: Labels;
  readonly first: Features;
  readonly second: Features;
}

type Context = StageContext<SimilarityStatisticsParameters, SimilarityStatisticsInputs>;

const STAGE = 'similarity_statistics';

export const similarityStatistics = implementStage({
  parameters: {
    type: 'object',
    properties: {
      parts: { type: 'array', items: { type: 'integer', minimum: 1 } },
      columns: { type: 'array', items: { type: 'string' } },
    },
    required: ['parts', 'columns'],
    additionalProperties: false,
  },
  outputs: { table: 'Table' },
  async run(context: Context) {
    const { columns } = context.parameters;
    const { features } = context.inputs;
    checkInputs(context.inputs);
    const parts = partsOf(context.parameters, features.dimension);
    const found: (readonly PairStatistics[])[] = [];
    let first = 0;
    for (const length of parts) {
      found.push(await statisticsOf(context, first, length));
      first += length;
    }
    return {
      table: {
        columns,
        rows: PAIR_KINDS.map((name, row) => ({
          name,
          cells: found.map((column) => cellOf(column[row]!)),
        })),
      },
    };
  },
});

/** Of one part of the feature vectors, in the order of the rows. */
async function statisticsOf(context: Context, from: number, length: number): Promise<readonly PairStatistics[]> {
  const { features, labels, first, second } = context.inputs;
  const part = (rows: Features, what: string): Features => unitRows(columnsOf(rows, from, length), STAGE, what);
  const augmented = rowStatistics(part(first, 'first'), part(second, 'second'));
  const { count, dimension } = features;
  const { same, different } = await pairStatistics(
    part(features, 'features'),
    labels.values,
    labels.names.length,
    async (done) => {
      context.progress({ done: Math.round((from * count + length * done) / dimension), total: count, unit: 'rows' });
      await yieldTurn(context.signal);
    },
  );
  if (same.pairs === 0) throw new StageError(`${STAGE}: no two rows are of the same class`);
  if (different.pairs === 0)
    throw new StageError(`${STAGE}: all rows are of one class: there are no pairs of different classes`);
  return [augmented, same, different];
}

function checkInputs({ features, labels, first, second }: SimilarityStatisticsInputs): void {
  const { values, names } = labels;
  if (values.length !== features.count)
    throw new StageError(`${STAGE}: ${values.length} labels for ${features.count} features`);
  const stray = values.findIndex((value) => !(value >= 0 && value < names.length));
  if (stray >= 0)
    throw new StageError(`${STAGE}: label ${stray} is ${values[stray]}, and there are ${names.length} classes`);
  if (first.count !== second.count)
    throw new StageError(`${STAGE}: ${first.count} rows in first and ${second.count} in second`);
  if (first.count === 0) throw new StageError(`${STAGE}: first and second have no rows`);
  for (const [name, { dimension }] of Object.entries({ first, second }))
    if (dimension !== features.dimension)
      throw new StageError(`${STAGE}: features have length ${features.dimension}, those of ${name} ${dimension}`);
}

/** Lengths of the parts: those that are given, or one of all. */
function partsOf({ parts, columns }: SimilarityStatisticsParameters, dimension: number): readonly number[] {
  const lengths = parts.length === 0 ? [dimension] : parts;
  const sum = lengths.reduce((all, one) => all + one, 0);
  if (sum !== dimension)
    throw new StageError(
      `${STAGE}: the parts ${lengths.join(' + ')} are ${sum} columns, and a feature vector has ${dimension}`,
      'give the lengths of all parts, such as [10, 128]',
    );
  if (columns.length !== lengths.length)
    throw new StageError(
      `${STAGE}: ${columns.length} names in columns for ${lengths.length} part${lengths.length > 1 ? 's' : ''}`,
      'give a name for each part',
    );
  return lengths;
}

function columnsOf({ count, dimension, data }: Features, from: number, length: number): Features {
  if (length === dimension) return { count, dimension, data };
  const columns = new Float32Array(count * length);
  for (let row = 0; row < count; row += 1)
    columns.set(data.subarray(row * dimension + from, row * dimension + from + length), row * length);
  return { count, dimension: length, data: columns };
}

const cellOf = ({ mean, deviation }: PairStatistics): TableCell => ({
  ...{ mean, runs: 1 },
  ...(deviation === undefined ? {} : { deviation }),
});
