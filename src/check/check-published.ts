// Published numbers of a pipeline against its outputs: that each names an output and a number in it, and which values of the parameters it is of.
// In: the definitions, and the outputs as they were evaluated. Out: what a run compares. What a table's cells are called is the one thing
// known here of a stage of the standard library.
import { PAIR_KINDS, tableTitles } from '../artifacts/table-titles.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { PublishedTarget, TypedGraph, Value } from '../graph/typed-graph.ts';
import type { Span } from '../source/span.ts';
import type { Field, ProfileDefinition, PublishedDefinition, Target, TargetPart } from '../syntax/ast.ts';
import { quietly, type BlockResult, type Checking } from './checking.ts';
import { describe, hasError, single, type Datum } from './datum.ts';
import { definePipelineParameters, type ParameterSources } from './pipeline-parameters.ts';
import { missesItself, noNumber, noSuchOutput, noSuchPart, publishedTwice } from './published-problems.ts';
import { innerScope, type Scope } from './scope.ts';

export interface PublishedNumbers {
  readonly definitions: readonly PublishedDefinition[];
  /** Of the pipeline. */
  readonly profiles: readonly ProfileDefinition[];
}

interface Around {
  readonly sources: ParameterSources;
  readonly isBroken: boolean;
  readonly scope: Scope;
  readonly parameters: TypedGraph['parameters'];
  readonly outputs: BlockResult['outputs'];
  readonly graph: GraphBuilder;
  readonly checking: Checking;
}

/** Measures of Scores that can be compared. */
export const measures: readonly string[] = ['acc', 'nmi', 'ari'];

export function checkPublished(
  { definitions, profiles }: PublishedNumbers,
  around: Around,
): readonly PublishedTarget[] {
  const given = new Map<string, Span>();
  return definitions.flatMap((definition) => {
    const { source, profile: under } = definition;
    const profile = profiles.find(({ name }) => name.text === under?.text);
    const conditions = conditionsOf(
      under === undefined ? profiles.flatMap(({ values }) => values) : (profile?.values ?? []),
      profile,
      around,
    );
    const holds = conditions.every(({ parameter, value }) =>
      around.parameters.some((one) => one.name === parameter && JSON.stringify(one.value) === JSON.stringify(value)),
    );
    return definition.targets.flatMap((target): readonly PublishedTarget[] => {
      const path = pathOf(target, around, holds);
      if (path === undefined) return [];
      const name = nameOf(target);
      const key = JSON.stringify([source.text, under?.text, name]);
      const earlier = given.get(key);
      if (earlier !== undefined) around.checking.report(publishedTwice(target, name, earlier));
      else given.set(key, target.span);
      const { paper, judgement, output } = target;
      const { kind, value } = judgement;
      const itself = { within: true, 'at least': paper >= value, 'at most': paper <= value }[kind];
      if (!itself) around.checking.report(missesItself(target));
      return [
        {
          ...{ source: source.text, name, output: output.text, path, paper, judgement: { kind, value } },
          ...{ under: under?.text ?? null, conditions },
        },
      ];
    });
  });
}

const nameOf = ({ output, parts }: Target): string =>
  output.text +
  parts.map((part) => (part.kind === 'member' ? `.${part.name}` : `[${JSON.stringify(part.key)}]`)).join('');

/**
 * What the parameters must be: those that the profile sets, as it sets them; without a profile, those that any profile sets, as they are by
 * default. The others, such as seeds, are free, and so is one that has no value before a run.
 */
function conditionsOf(
  fields: readonly Field[],
  profile: ProfileDefinition | undefined,
  { sources, scope, checking }: Around,
): PublishedTarget['conditions'] {
  const names = new Set(fields.map(({ name }) => name.text));
  if (names.size === 0) return [];
  const inner = innerScope(scope);
  const quiet = quietly(checking);
  const situation = {
    ...{ scope: inner, place: { path: '', cells: [], around: undefined }, prefix: '', annotations: {}, inside: [] },
  };
  const values = definePipelineParameters(
    { ...sources, profile: profile?.values ?? [], settings: [], complete: false },
    situation,
    quiet,
  );
  const optional = new Set(sources.parameters.filter(({ type }) => type.kind === 'optional').map(({ name }) => name));
  return values
    .filter(({ name, at }) => names.has(name) && (at !== undefined || optional.has(name)))
    .map(({ name, value }): { parameter: string; value: Value } => ({ parameter: name, value }));
}

/** `holds`: the values of the parameters are those that the number is of. Others may make shorter lists and other tables. */
function pathOf(
  target: Target,
  { sources, isBroken, outputs, graph, checking }: Around,
  holds: boolean,
): PublishedTarget['path'] | undefined {
  const { record, report } = checking;
  const output = outputs.find(({ name }) => name === target.output.text);
  if (output === undefined) {
    const names = outputs.map(({ name, span }) => ({ text: name, span }));
    if (!isBroken && !target.broken) report(noSuchOutput(target, sources.pipeline, names));
    return undefined;
  }
  record.use(target.output.span, output.span);
  record.value(target.output.span, output.datum);
  if (target.broken || hasError(output.datum)) return undefined;
  let datum: Datum = single(output.datum);
  let end = target.output.span;
  const path: (string | number)[] = [];
  const parts = [...target.parts];
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    if (datum.kind === 'list' && part.kind === 'item' && typeof part.key === 'number') {
      const item: Datum | undefined = datum.items[part.key];
      if (item === undefined) {
        const note = datum.items.length === 0 ? 'The list is empty.' : `It has ${datum.items.length}, counted from 0.`;
        if (holds)
          report(noSuchPart(`there is no item ${part.key} in this list`, { text: '', span: part.span }, [], note));
        return undefined;
      }
      datum = single(item);
      path.push(part.key);
    } else if (datum.kind === 'artifact' && datum.type.name === 'Scores') {
      const text = part.kind === 'member' ? part.name : String(part.key);
      if (part.kind === 'member' && measures.includes(text) && parts.length === 0) return [...path, text];
      const at = parts[0] ?? { ...part, span: part.span };
      const title = measures.includes(text) ? 'nothing is within a score' : `Scores have no \`${text}\``;
      const found = { text: measures.includes(text) ? '' : text, span: measures.includes(text) ? at.span : part.span };
      report(noSuchPart(title, found, measures, 'Scores have `.acc`, `.nmi` and `.ari`.'));
      return undefined;
    } else if (datum.kind === 'artifact' && datum.type.name === 'Table') {
      const step = datum.binding.kind === 'output' ? datum.binding.step : '';
      return cellOf(target, step, path, [part, ...parts], graph, checking, holds);
    } else {
      const note = noteOn(datum);
      report(noSuchPart(`${describe(datum)} has no such part`, { text: '', span: part.span }, [], note));
      return undefined;
    }
    end = { ...end, end: part.span.end };
  }
  if (datum.kind === 'value' && typeof datum.value === 'number') return path;
  report(noNumber(target, end, describe(datum), noteOn(datum)));
  return undefined;
}

function noteOn(datum: Datum): string {
  if (datum.kind === 'list')
    return 'Of a list an item is named, such as `[0]`; `mean_std` of "std/metrics" makes a mean of several scores.';
  if (datum.kind === 'artifact' && datum.type.name === 'Scores') return 'Scores have `.acc`, `.nmi` and `.ari`.';
  if (datum.kind === 'artifact' && datum.type.name === 'Table')
    return 'A cell of a table is named by row and column: `["cIDFD"]["ACC"]`.';
  return 'Numbers are in scores, in tables, and in outputs that are Int or Float.';
}

/** `["row"]["column"]` of a table, held to the names that the step gives its rows and columns, where it is one of the standard library. */
function cellOf(
  target: Target,
  step: string,
  path: readonly (string | number)[],
  parts: readonly TargetPart[],
  graph: GraphBuilder,
  { report }: Checking,
  holds: boolean,
): PublishedTarget['path'] | undefined {
  const [row, column, more] = parts;
  const isCell = row?.kind === 'item' && column?.kind === 'item' && more === undefined;
  if (!isCell || typeof row.key !== 'string' || typeof column.key !== 'string') {
    const at = parts.at(-1)?.span ?? target.output.span;
    report(noNumber(target, at, 'no cell', 'A cell of a table is named by row and column: `["cIDFD"]["ACC"]`.'));
    return undefined;
  }
  const names = namesOf(step, graph);
  if (names !== undefined && holds) {
    for (const [what, part] of Object.entries({ row, column })) {
      const known = names[what as 'row' | 'column'];
      if (known.includes(String(part.key))) continue;
      const found = { text: String(part.key), span: part.span, write: (name: string) => `[${JSON.stringify(name)}]` };
      const note = `Its ${what}s are ${known.map((name) => JSON.stringify(name)).join(', ')}.`;
      report(noSuchPart(`the table has no ${what} ${JSON.stringify(part.key)}`, found, known, note));
      return undefined;
    }
  }
  return [...path, row.key, column.key];
}

/** What a step calls the rows and columns of its table; undefined where only a run can tell. */
function namesOf(
  step: string,
  graph: GraphBuilder,
): { readonly row: readonly string[]; readonly column: readonly string[] } | undefined {
  const made = graph.get(step);
  const strings = (name: string): readonly string[] => (made?.parameters[name] ?? []) as readonly string[];
  switch (made?.stage) {
    case 'std/metrics.table':
      return { row: strings('rows'), column: tableTitles(strings('columns'), strings('measures')) };
    case 'std/metrics.similarity_statistics':
      return { row: PAIR_KINDS, column: strings('columns') };
    case 'std/metrics.side_by_side': {
      const tables = made.inputs['tables'];
      const each = (tables?.kind === 'list' ? tables.items : []).map((item) =>
        item.kind === 'output' ? namesOf(item.step, graph) : undefined,
      );
      const [first] = each;
      return first === undefined || each.includes(undefined)
        ? undefined
        : { row: first.row, column: each.flatMap((one) => one!.column) };
    }
    default:
      return undefined;
  }
}
