// Which steps gave a number of an output: those that scored, before a mean was taken or a table made. In: the graph. Out: ids of steps. Pure.
import type { Binding, PublishedTarget, Step, TypedGraph } from '../graph/typed-graph.ts';

const stepOf = (graph: TypedGraph, id: string): Step | undefined => graph.steps.find((step) => step.id === id);

const itemsOf = (binding: Binding | undefined): readonly Binding[] => (binding?.kind === 'list' ? binding.items : []);

/** The runs behind a mean; of other scores the step itself. */
function runsBehind(graph: TypedGraph, scores: string): readonly string[] {
  const runs = itemsOf(stepOf(graph, scores)?.inputs['each']);
  return runs.length === 0 ? [scores] : runs.flatMap((run) => (run.kind === 'output' ? [run.step] : []));
}

/** By row and column of the step that made a table. */
export function cellSteps(graph: TypedGraph, table: string): readonly (readonly (readonly string[])[])[] {
  return itemsOf(stepOf(graph, table)?.inputs['scores']).map((row) =>
    itemsOf(row).map((cell) => (cell.kind === 'output' ? runsBehind(graph, cell.step) : [])),
  );
}

/** Of a published number. `outputs` as in the event `finished`, whose tables name the steps of each cell. */
export function stepsBehind(
  graph: TypedGraph,
  { output, path }: PublishedTarget,
  outputs: Readonly<Record<string, unknown>>,
): readonly string[] {
  let binding = graph.outputs.find(({ name }) => name === output)?.value;
  let value = outputs[output];
  let rest = path;
  while (binding?.kind === 'list') {
    const at = Number(rest[0]);
    binding = binding.items[at];
    value = Array.isArray(value) ? (value as readonly unknown[])[at] : undefined;
    rest = rest.slice(1);
  }
  if (binding?.kind !== 'output') return [];
  if (typeof value !== 'object' || value === null || !('rows' in value)) return runsBehind(graph, binding.step);
  const { columns, rows } = value as {
    readonly columns: readonly string[];
    readonly rows: readonly {
      readonly name: string;
      readonly cells: readonly { readonly steps: readonly string[] }[];
    }[];
  };
  return rows.find(({ name }) => name === rest[0])?.cells[columns.indexOf(String(rest[1]))]?.steps ?? [];
}
