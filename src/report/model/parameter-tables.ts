// Parameters of the steps as a few comparable tables: stages that share most parameters stand side by side, so that a reader sees at
// once whether two methods had the same budget. In: provenance steps. Out: rows and columns. Knows no markup.
import type { ProvenanceStep } from '../../stage/provenance.ts';
import { formatValue } from '../format.ts';

export interface ParameterTable {
  readonly columns: readonly ParameterColumn[];
  readonly rows: readonly ParameterRow[];
}

export interface ParameterColumn {
  /** The name bound in the source, without the cell of a comprehension. */
  readonly name: string;
  /** The last part of the stage's name: `cidfd`. */
  readonly stage: string;
  /** How many steps of a comprehension stand in this column. */
  readonly steps: number;
}

export interface ParameterRow {
  readonly name: string;
  /** One a column: the value, several joined by commas where the steps of the column differ, undefined where there is no such parameter. */
  readonly values: readonly (string | undefined)[];
  /** The columns that have the parameter do not all have the same value. */
  readonly differs: boolean;
}

interface Group {
  readonly name: string;
  readonly stage: string;
  readonly steps: readonly ProvenanceStep[];
}

/** `keep[seed=1]` is a cell of `keep`. */
export function baseName(id: string): string {
  return id.replace(/\[[^\]]*\]/g, '');
}

/** The last part of a stage's full name. */
export function stageName(stage: string): string {
  return stage.slice(stage.lastIndexOf('.') + 1);
}

function parameterNames(group: Group): ReadonlySet<string> {
  return new Set(group.steps.flatMap((step) => Object.keys(step.parameters)));
}

function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = [...a].filter((name) => b.has(name)).length;
  return shared / Math.max(1, a.size + b.size - shared);
}

function groupSteps(steps: readonly ProvenanceStep[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const step of steps) {
    const name = baseName(step.id);
    const key = `${name} ${step.stage}`;
    groups.set(key, { name, stage: step.stage, steps: [...(groups.get(key)?.steps ?? []), step] });
  }
  return [...groups.values()];
}

/** Parameter names of all groups; a name met later goes before the next name of its own stage that is known. */
function mergeNames(groups: readonly Group[]): readonly string[] {
  const names: string[] = [];
  for (const group of groups) {
    let fresh: string[] = [];
    for (const name of parameterNames(group)) {
      const known = names.indexOf(name);
      if (known < 0) fresh.push(name);
      else {
        names.splice(known, 0, ...fresh);
        fresh = [];
      }
    }
    names.push(...fresh);
  }
  return names;
}

function drawTable(groups: readonly Group[]): ParameterTable {
  const rows = mergeNames(groups).map((name): ParameterRow => {
    const values = groups.map((group) => {
      const has = group.steps.filter((step) => name in step.parameters);
      return has.length === 0
        ? undefined
        : [...new Set(has.map((step) => formatValue(step.parameters[name])))].join(', ');
    });
    return { name, values, differs: new Set(values.filter((value) => value !== undefined)).size > 1 };
  });
  return {
    columns: groups.map((group) => ({ name: group.name, stage: stageName(group.stage), steps: group.steps.length })),
    rows,
  };
}

/** Tables in the order of the steps. Steps without parameters are left out. */
export function makeParameterTables(steps: readonly ProvenanceStep[]): readonly ParameterTable[] {
  const families: Group[][] = [];
  for (const group of groupSteps(steps)) {
    const names = parameterNames(group);
    if (names.size === 0) continue;
    const family = families.find(
      ([first]) =>
        first !== undefined &&
        (first.stage === group.stage || (overlap(parameterNames(first), names) >= 0.5 && names.size > 3)),
    );
    if (family) family.push(group);
    else families.push([group]);
  }
  return families.map(drawTable);
}
