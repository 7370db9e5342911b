// The graphs of one pipeline under several values of some parameters → one graph. A step that none of the values changes is in it once,
// under its own name; the others have the values that do in theirs: `keep[tau=0.1]`. Pure.
import type { Binding, Step, TypedGraph, Value } from './typed-graph.ts';

/** One point of the grid of all values. */
export interface SweepCell {
  /** What each swept parameter is here, in the order of the parameters. */
  readonly values: readonly { readonly name: string; readonly value: Value }[];
  readonly graph: TypedGraph;
}

/** `cells` is a whole grid: every combination of values, in order. */
export function mergeSweep(cells: readonly SweepCell[]): TypedGraph {
  const [first] = cells;
  if (first === undefined) throw new TypeError('a sweep has at least one cell');
  const classes = classesOf(cells);
  const steps = new Map<string, Step>();
  const outputs = new Map<string, TypedGraph['outputs'][number]>();
  for (const [at, cell] of cells.entries()) {
    const nameOf = (id: string): string => suffixed(id, dependsOn(cells, classes, `step ${id}`), cell);
    const renamed = (binding: Binding): Binding => {
      if (binding.kind === 'list') return { ...binding, items: binding.items.map(renamed) };
      return binding.kind === 'output' ? { ...binding, step: nameOf(binding.step) } : binding;
    };
    for (const step of cell.graph.steps) {
      const id = nameOf(step.id);
      const inputs = Object.fromEntries(Object.entries(step.inputs).map(([name, input]) => [name, renamed(input)]));
      if (!steps.has(id)) steps.set(id, { ...step, id, inputs });
    }
    for (const output of cell.graph.outputs) {
      const name = suffixed(output.name, dependsOn(cells, classes, `output ${output.name}`), cells[at]!);
      if (!outputs.has(name)) outputs.set(name, { ...output, name, value: renamed(output.value) });
    }
  }
  const parameters = first.graph.parameters.map((parameter) => {
    const isSwept = first.values.some(({ name }) => name === parameter.name);
    return isSwept ? { ...parameter, value: valuesOf(cells, parameter.name) } : parameter;
  });
  return { ...first.graph, parameters, steps: [...steps.values()], outputs: [...outputs.values()] };
}

const valueIn = ({ values }: SweepCell, name: string): Value =>
  values.find((value) => value.name === name)?.value ?? null;

function valuesOf(cells: readonly SweepCell[], name: string): readonly Value[] {
  return [...new Set(cells.map((cell) => valueIn(cell, name)))];
}

/** For each step and output, by cell, a number: equal where the same is computed from the same. */
function classesOf(cells: readonly SweepCell[]): ReadonlyMap<string, readonly (number | undefined)[]> {
  const numbers = new Map<string, number>();
  const numberOf = (content: unknown): number => {
    const text = JSON.stringify(content);
    const known = numbers.get(text) ?? numbers.size;
    numbers.set(text, known);
    return known;
  };
  const classes = new Map<string, (number | undefined)[]>();
  for (const [at, { graph }] of cells.entries()) {
    const note = (key: string, number: number): void => {
      const found = classes.get(key) ?? Array.from<number | undefined>({ length: cells.length });
      found[at] = number;
      classes.set(key, found);
    };
    const resolved = (binding: Binding): unknown => {
      if (binding.kind === 'list') return binding.items.map(resolved);
      return binding.kind === 'output' ? [classes.get(`step ${binding.step}`)![at], binding.output] : binding;
    };
    for (const { id, stage, parameters, inputs, annotations, command } of graph.steps) {
      const given = Object.entries(inputs).map(([name, input]) => [name, resolved(input)]);
      note(`step ${id}`, numberOf([stage, Object.entries(parameters), given, annotations, command]));
    }
    for (const { name, value } of graph.outputs) note(`output ${name}`, numberOf(resolved(value)));
  }
  return classes;
}

/** The parameters whose value alone makes a difference to a step or an output. */
function dependsOn(
  cells: readonly SweepCell[],
  classes: ReadonlyMap<string, readonly (number | undefined)[]>,
  key: string,
): readonly string[] {
  const found = classes.get(key)!;
  return cells[0]!.values
    .map(({ name }) => name)
    .filter((name) => {
      // Cells that differ in this parameter alone, by what they have in common.
      const groups = new Map<string, Set<number | undefined>>();
      for (const [at, cell] of cells.entries()) {
        const rest = JSON.stringify(cell.values.filter((value) => value.name !== name));
        groups.set(rest, (groups.get(rest) ?? new Set()).add(found[at]));
      }
      return [...groups.values()].some((group) => group.size > 1);
    });
}

/** `learned[s=0]` → `learned[s=0,tau=0.1]`. */
function suffixed(id: string, names: readonly string[], cell: SweepCell): string {
  if (names.length === 0) return id;
  const texts = names.map((name) => `${name}=${cellText(valueIn(cell, name))}`).join(',');
  return id.endsWith(']') ? `${id.slice(0, -1)},${texts}]` : `${id}[${texts}]`;
}

function cellText(value: Value): string {
  const text = value === null ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);
  return /^[\w.+-]{1,40}$/.test(text) ? text : text.replaceAll(/[^\w.+-]+/g, '_').slice(0, 40);
}
