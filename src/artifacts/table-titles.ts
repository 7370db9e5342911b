// The rows and columns that stages of the standard library give their tables, as far as their parameters say: the stages write them, and the check holds
// published numbers to them. In: parameters; out: names, in order.

/** The columns of std/metrics.table: a title for each measure of each named column. */
export function tableTitles(columns: readonly string[], measures: readonly string[]): readonly string[] {
  const title = (column: string, measure: string): string =>
    measures.length > 1 ? `${column} ${measure.toUpperCase()}`.trim() : column || measure.toUpperCase();
  return columns.flatMap((column) => measures.map((measure) => title(column, measure)));
}

/** The rows of std/metrics.similarity_statistics: kinds of pairs. */
export const PAIR_KINDS = ['Augmented', 'Same', 'Different'] as const;
