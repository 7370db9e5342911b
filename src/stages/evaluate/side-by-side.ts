// Tables with the same rows as one: the columns of each follow one another. In: tables; out: a table.
import type { Table } from '../../artifacts/artifact.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';

export const sideBySide = implementStage({
  parameters: { type: 'object', properties: {}, additionalProperties: false },
  outputs: { table: 'Table' },
  async run(context: StageContext<object, { readonly tables: readonly Table[] }>) {
    const { tables } = context.inputs;
    const first = tables[0];
    if (first === undefined) throw new StageError('side_by_side: the list of tables is empty', 'give at least one');
    const names = ({ rows }: Table): string => rows.map(({ name }) => `"${name}"`).join(', ');
    for (const [at, table] of tables.entries())
      if (names(table) !== names(first))
        throw new StageError(
          `side_by_side: the rows of table ${at} are ${names(table)}, those of table 0 are ${names(first)}`,
          'only tables with the same rows in the same order stand side by side',
        );
    const columns = tables.flatMap((table) => table.columns);
    const twice = columns.find((name, at) => columns.indexOf(name) !== at);
    if (twice !== undefined)
      throw new StageError(`side_by_side: two columns are called "${twice}"`, 'give each a name of its own');
    return {
      table: {
        columns,
        rows: first.rows.map(({ name }, row) => ({ name, cells: tables.flatMap((table) => table.rows[row]!.cells) })),
      },
    };
  },
});
