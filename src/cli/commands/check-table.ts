// `pipe check-table`: the published numbers of a program beside those of an earlier run. Runs nothing. The numbers and their bounds are those of the
// program as it is now, for they are no part of what was run.
import type { PublishedTarget, TypedGraph } from '../../graph/typed-graph.ts';
import { comparePublished, type Comparison } from '../../run/compare-published.ts';
import { findRun } from '../../run/find-run.ts';
import type { RunRecord } from '../../run/run-record.ts';
import { isSwept, settingOf } from '../../run/settings-of-run.ts';
import { compileOrReport } from '../compile-program.ts';
import { exitCode, UsageError, type ExitCode } from '../exit-code.ts';
import { noSuchRun } from '../no-such-run.ts';
import { openCache } from '../open-cache.ts';
import type { ProgramOptions } from '../options.ts';
import { writeLine } from '../output.ts';
import { paintFor } from '../paint.ts';
import { publishedLines } from '../progress/published-lines.ts';
import { plural } from '../progress/quantities.ts';
import { describeTerminal } from '../terminal.ts';

export interface CheckTableOptions extends Pick<ProgramOptions, 'pipeline'> {
  readonly run?: string;
  readonly cache: string;
  readonly json?: boolean;
}

export async function checkTable(file: string, options: CheckTableOptions): Promise<ExitCode> {
  // Parameters need no value yet: the run has one.
  const { graph } = compileOrReport(file, { ...options, set: [] }, 'look');
  if (graph === undefined) return exitCode.wrong;
  const { pipeline } = graph;
  if (isWhole(graph) && !hasNumbers(graph)) throw noNumbers(file, graph);
  const found = await findRun(openCache(options.cache), options.run, pipeline);
  if (found.record === undefined) throw noSuchRun({ file, run: options.run, cache: options.cache }, found.names);
  const { record, folder } = found;
  if (record.pipeline.name !== pipeline.name)
    throw new UsageError(`run ${record.id} is one of ${record.pipeline.name}, not of ${pipeline.name}`);
  const compared = asInRun(file, options, graph, record);
  if (compared === undefined) return exitCode.wrong;
  if (!hasNumbers(compared)) throw noNumbers(file, graph);
  const comparisons = comparePublished(compared.published, record.parameters, record.outputs);
  const code = codeOf(comparisons);
  if (options.json === true) {
    writeLine(JSON.stringify({ run: folder, status: record.status, targets: comparisons }, null, 2));
    return code;
  }
  const { color, columns } = describeTerminal(process.stdout, process.env);
  const paint = paintFor(color);
  for (const line of publishedLines(comparisons, columns, paint)) writeLine(line);
  writeLine(`${paint.faint('run')}   ${folder}`);
  const count = (...verdicts: readonly Comparison['verdict'][]): number =>
    comparisons.filter(({ verdict }) => verdicts.includes(verdict)).length;
  const parts = [
    `${count('holds')} of ${plural(comparisons.length, 'number')} held`,
    ...(count('misses', 'no value') > 0 ? [`${count('misses', 'no value')} missed`] : []),
    ...(count('not comparable') > 0 ? [`${count('not comparable')} not comparable`] : []),
  ];
  writeLine(`${code === exitCode.done ? paint.good('✔') : paint.bad('✖')} ${parts.join(', ')}`);
  return code;
}

/**
 * The program as it was run: with its published numbers by the names that outputs have in the run. In a sweep these are those of its cells, and a parameter without a default has a value
 * in a run only, so there the program is looked at again with the values of then; what it no longer has of them it cannot be told. Undefined where it does
 * not take them any more, which has been reported.
 */
function asInRun(
  file: string,
  options: CheckTableOptions,
  graph: TypedGraph,
  { parameters }: RunRecord,
): TypedGraph | undefined {
  if (isWhole(graph) && !parameters.some(isSwept)) return graph;
  const known = new Set(graph.parameters.map(({ name }) => name));
  const set = parameters.filter(({ name }) => known.has(name)).map(settingOf);
  return compileOrReport(file, { ...options, set }).graph;
}

/** Whether every parameter has a value without a run. */
const isWhole = ({ parameters }: TypedGraph): boolean => parameters.every(({ at }) => at !== undefined);

function hasNumbers(graph: TypedGraph): graph is TypedGraph & { readonly published: readonly PublishedTarget[] } {
  return graph.published !== undefined && graph.published.length > 0;
}

const noNumbers = (file: string, { pipeline: { name } }: TypedGraph): UsageError =>
  new UsageError(
    `${file} has no published numbers for ${name}`,
    `They are written: published "A paper, Table 2" for ${name} { scores.acc: 0.83 within 0.05 }`,
  );

/** A run that can be compared with none of the numbers answers nothing, and must not pass. */
function codeOf(comparisons: readonly Comparison[]): ExitCode {
  if (comparisons.some(({ verdict }) => verdict === 'misses' || verdict === 'no value')) return exitCode.failed;
  return comparisons.some(({ verdict }) => verdict === 'holds') ? exitCode.done : exitCode.wrong;
}
