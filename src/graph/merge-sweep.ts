// The graphs of one pipeline under several values of some parameters → one graph. A step that none of the values changes is in it once,
// under its own name; the others have the values that do in theirs: `keep[tau=0.1]`. Pure.
import type { Binding, PublishedTarget, Step, TypedGraph, Value } from './typed-graph.ts';

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
  const dependsOn = dependencies(cells);
  const texts = new Map(first.values.map(({ name }) => [name, valueTexts(valuesOf(cells, name))]));
  const textIn = (cell: SweepCell, name: string): string => texts.get(name)!.get(valueIn(cell, name))!;
  const suffixed = (id: string, key: string, cell: SweepCell): string =>
    withCell(
      id,
      dependsOn(key).map((name) => `${name}=${textIn(cell, name)}`),
    );
  const steps = new Map<string, Step>();
  const outputs = new Map<string, TypedGraph['outputs'][number]>();
  const published = new Map<string, PublishedTarget>();
  for (const cell of cells) {
    const nameOf = (id: string): string => suffixed(id, `step ${id}`, cell);
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
      const name = suffixed(output.name, `output ${output.name}`, cell);
      if (!outputs.has(name)) outputs.set(name, { ...output, name, value: renamed(output.value) });
    }
    for (const target of cell.graph.published ?? []) {
      const output = suffixed(target.output, `output ${target.output}`, cell);
      const name = output + target.name.slice(target.output.length);
      const key = JSON.stringify([target.source, target.under, name]);
      if (!published.has(key)) published.set(key, { ...target, name, output, cell: cell.values });
    }
  }
  const parameters = first.graph.parameters.map((parameter) => {
    const isSwept = first.values.some(({ name }) => name === parameter.name);
    return isSwept ? { ...parameter, value: valuesOf(cells, parameter.name) } : parameter;
  });
  return {
    ...first.graph,
    parameters,
    steps: [...steps.values()],
    outputs: [...outputs.values()],
    published: [...published.values()],
  };
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
    for (const { id, stage, parameters, inputs, annotations, command, module } of graph.steps) {
      const given = Object.entries(inputs).map(([name, input]) => [name, resolved(input)]);
      note(`step ${id}`, numberOf([stage, Object.entries(parameters), given, annotations, command, module]));
    }
    for (const { name, value } of graph.outputs) note(`output ${name}`, numberOf(resolved(value)));
  }
  return classes;
}

/** For a step or an output: the parameters whose value alone makes a difference to it. */
function dependencies(cells: readonly SweepCell[]): (key: string) => readonly string[] {
  const classes = classesOf(cells);
  // For each parameter and cell, the first cell that differs from it in this parameter alone.
  const firsts = cells[0]!.values.map(({ name }) => {
    const others = cells.map(({ values }) => JSON.stringify(values.filter((value) => value.name !== name)));
    const first = new Map(others.map((text, at) => [text, at] as const).reverse());
    return { name, alike: others.map((text) => first.get(text)!) };
  });
  const known = new Map<string, readonly string[]>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const classOf = classes.get(key)!;
    const names = firsts
      .filter(({ alike }) => alike.some((first, at) => classOf[at] !== classOf[first]))
      .map(({ name }) => name);
    known.set(key, names);
    return names;
  };
}

/** `learned[s=0]` → `learned[s=0,tau=0.1]`. */
function withCell(id: string, cell: readonly string[]): string {
  if (cell.length === 0) return id;
  return id.endsWith(']') ? `${id.slice(0, -1)},${cell.join(',')}]` : `${id}[${cell.join(',')}]`;
}

/** How the values of a parameter are written in names: as plain words, and by index where two would be the same word. */
function valueTexts(values: readonly Value[]): ReadonlyMap<Value, string> {
  const words = values.map((value) => {
    const text = value === null ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);
    return /^[\w.+-]{1,40}$/.test(text)
      ? text
      : text
          .replaceAll(/[^\w.+-]+/g, '_')
          .slice(0, 40)
          .replace(/_$/, '');
  });
  const isAlone = (word: string): boolean => word !== '' && words.indexOf(word) === words.lastIndexOf(word);
  return new Map(values.map((value, at) => [value, isAlone(words[at]!) ? words[at]! : `#${at}`]));
}
