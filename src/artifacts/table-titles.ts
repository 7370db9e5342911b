// The columns of a table that std/metrics.table makes: a title for each measure of each named column. In: its parameters; out: titles, in order.
// The stage writes them, and the check holds published numbers to them.

export function tableTitles(columns: readonly string[], measures: readonly string[]): readonly string[] {
  const title = (column: string, measure: string): string =>
    measures.length > 1 ? `${column} ${measure.toUpperCase()}`.trim() : column || measure.toUpperCase();
  return columns.flatMap((column) => measures.map((measure) => title(column, measure)));
}
