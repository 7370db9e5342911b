// Scores as the table of a paper. In: scores by row and column, each of one run or a mean over several; out: the cells.
// The names of rows and columns are parameters, so renaming a row computes nothing else anew.
import type { Scores, TableCell } from '../../artifacts/artifact.ts';
import { tableTitles } from '../../artifacts/table-titles.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';

const MEASURES = ['acc', 'nmi', 'ari'] as const;
type Measure = (typeof MEASURES)[number];

export interface TableParameters {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly measures: readonly Measure[];
}

export const table = implementStage({
  parameters: {
    type: 'object',
    properties: {
      rows: { type: 'array', items: { type: 'string' } },
      columns: { type: 'array', items: { type: 'string' } },
      measures: { type: 'array', items: { enum: [...MEASURES] } },
    },
    required: ['rows', 'columns', 'measures'],
    additionalProperties: false,
  },
  outputs: { table: 'Table' },
  async run(context: StageContext<TableParameters, { readonly scores: readonly (readonly Scores[])[] }>) {
    const { rows, columns, measures } = context.parameters;
    const { scores } = context.inputs;
    if (scores.length !== rows.length)
      throw new StageError(`table: ${scores.length} rows of scores for ${rows.length} names in rows`);
    const uneven = scores.find((row) => row.length !== columns.length);
    if (uneven !== undefined)
      throw new StageError(`table: a row of ${uneven.length} scores for ${columns.length} names in columns`);
    return {
      table: {
        columns: tableTitles(columns, measures),
        rows: rows.map((name, row) => ({
          name,
          cells: scores[row]!.flatMap((of) => measures.map((measure) => cellOf(of, measure))),
        })),
      },
    };
  },
});

function cellOf(scores: Scores, measure: Measure): TableCell {
  const deviation = scores.deviation?.[measure];
  return { mean: scores[measure], runs: scores.runs ?? 1, ...(deviation === undefined ? {} : { deviation }) };
}
