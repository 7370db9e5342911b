// `pipe explain`: one step of a plan with everything that is known of it. Runs nothing.
import { wrap } from '../../diagnostics/display-width.ts';
import { nearestNames } from '../../diagnostics/nearest-names.ts';
import type { Compiled } from '../../compile.ts';
import type { TypedGraph } from '../../graph/typed-graph.ts';
import { describeChange, describeDigest, describeValue } from '../../plan/change.ts';
import type { Estimate } from '../../plan/estimate.ts';
import { explainStep, type Explanation } from '../../plan/explain.ts';
import type { Verdict } from '../../plan/verdict.ts';
import { compileOrReport } from '../compile-program.ts';
import { exitCode, UsageError, type ExitCode } from '../exit-code.ts';
import type { RunOptions } from '../options.ts';
import { writeLine } from '../output.ts';
import { type Paint, paintFor } from '../paint.ts';
import { formatBytes, formatSeconds } from '../progress/quantities.ts';
import { describeTerminal } from '../terminal.ts';
import { originOf, placeText } from '../value-origin.ts';

/** Names of steps in one message. */
const MOST_LISTED = 12;

export async function explain(file: string, step: string, options: RunOptions): Promise<ExitCode> {
  const compiled = compileOrReport(file, options);
  const { graph } = compiled;
  if (graph === undefined) return exitCode.wrong;
  if (!graph.steps.some(({ id }) => id === step)) throw noSuchStep(step, graph);
  const { plan } = await import('../../execute.ts');
  const planned = await plan({
    graph,
    store: options.cache,
    ...{ engine: options.engine, threads: options.threads, jobs: options.jobs },
    dataFolder: process.env['PIPE_DATA'] || undefined,
  });
  const explanation = (await explainStep(planned.store, graph, planned.decided, planned.estimates, step))!;
  if (options.json === true) {
    const parameters = explanation.parameters.map(({ name, value, source }) => ({
      ...{ name, value, from: originOf(source, graph, compiled.sources, options.profile) },
    }));
    writeLine(JSON.stringify({ ...explanation, parameters }, null, 2));
    return exitCode.done;
  }
  const { color, columns } = describeTerminal(process.stdout, process.env);
  for (const line of describeExplanation(
    explanation,
    { ...compiled, graph },
    options.profile,
    columns,
    paintFor(color),
  ))
    writeLine(line);
  return exitCode.done;
}

function noSuchStep(step: string, { pipeline, steps }: TypedGraph): UsageError {
  const ids = steps.map(({ id }) => id);
  const near = nearestNames(step, ids).slice(0, 3);
  const some = ids.slice(0, MOST_LISTED).join(', ');
  return new UsageError(
    `pipeline ${pipeline.name} has no step ${step}`,
    near.length > 0
      ? `Did you mean ${near.join(' or ')}?`
      : `Its steps are: ${some}${ids.length > MOST_LISTED ? ', …; pipe plan lists all' : '.'}`,
  );
}

/** Sections with a heading each; rows in columns, and one below the other where it is narrow. */
export function describeExplanation(
  explanation: Explanation,
  { graph, sources }: Pick<Compiled, 'sources'> & { readonly graph: TypedGraph },
  profile: string | undefined,
  columns: number,
  paint: Paint,
): readonly string[] {
  const { step, stage, verdict, reason, changes, computation, key, inputs, readBy, handedOutAs } = explanation;
  const colors: Readonly<Record<Verdict, (text: string) => string>> = {
    reuse: paint.good,
    run: paint.active,
    depends: paint.careful,
  };
  const section = (title: string, rows: readonly (readonly string[])[]): readonly string[] =>
    rows.length === 0 ? [] : ['', paint.strong(title), ...table(rows, columns, paint)];
  const sourceOf = graph.steps.find(({ id }) => id === step)!;
  return [
    ...wrap(`${paint.strong(step)}  ${stage}, called at ${placeText(sourceOf.span, sources)}`, columns),
    ...wrap(`${colors[verdict](verdict)}: ${reason}`, columns),
    ...(explanation.note === undefined ? [] : wrap(`note: ${explanation.note}`, columns)),
    ...section(
      'changed since it was last seen',
      (changes ?? []).map((change) => ['', describeChange(change)]),
    ),
    ...section(
      'parameters',
      explanation.parameters.map(({ name, value, source }) => [
        name,
        describeValue(value),
        originOf(source, graph, sources, profile)?.text ?? '',
      ]),
    ),
    ...section(
      'inputs',
      inputs.flatMap(({ name, from, digest }) =>
        from.map((source, index) => [
          index === 0 ? name : '',
          `${source.step}.${source.output}: ${source.type}`,
          `${source.verdict}: ${source.reason}${index === 0 && typeof digest === 'string' ? `; digest ${describeDigest(digest)}` : ''}`,
        ]),
      ),
    ),
    ...section('key', [
      ['key', key === undefined ? 'not known before the inputs are' : describeDigest(key)],
      ['stage', `${computation.stage} version ${computation.version}`],
      ...(computation.engine === null ? [] : [['engine', computation.engine]]),
      ['parameters', `${explanation.parameters.length}, with the stage: ${describeDigest(explanation.family)}`],
      ...Object.entries(computation.external).map(([name, digest]) => [`file ${name}`, describeDigest(digest)]),
      ...inputs.map(({ name, digest }) => [
        `input ${name}`,
        digest === undefined
          ? 'not known yet'
          : typeof digest === 'string'
            ? describeDigest(digest)
            : `${digest.flat(9).length} digests`,
      ]),
    ]),
    ...section('read by', [
      ...readBy.map(({ step: reader, input }) => [reader, input]),
      ...handedOutAs.map((name) => ['output', name]),
    ]),
    ...section(
      explanation.files.length > 0 ? 'stored files' : 'results',
      explanation.files.length > 0
        ? explanation.files.map(({ output, type, bytes, path, state }) => [
            output,
            `${type}, ${formatBytes(bytes)}`,
            state === 'there' ? path : `${path} (${state})`,
          ])
        : explanation.outputs.map(({ name, type }) => [name, type]),
    ),
    ...section('would take', estimateRows(explanation)),
  ];
}

function estimateRows({ estimate, verdict }: Explanation): readonly (readonly string[])[] {
  if (estimate === undefined || verdict === 'reuse') return [];
  const { seconds, basis, memory, bytes } = estimate;
  return [
    ...(seconds === undefined ? [] : [['time', `about ${formatSeconds(seconds)}`, `from ${BASES[basis!]}`]]),
    ...(memory === undefined ? [] : [['memory', `about ${formatBytes(memory)}`]]),
    ...(bytes === undefined ? [] : [['disk', `about ${formatBytes(bytes)}`]]),
  ];
}

const BASES: Readonly<Record<NonNullable<Estimate['basis']>, string>> = {
  'this step': 'when it was last computed',
  'this step, scaled': 'when it was last computed, by the work of its parameters',
  'a like step': 'a step of the same stage',
  'a like step, scaled': 'a step of the same stage, by the work of its parameters',
};

/** Columns as wide as their widest cell; the last is wrapped. Where it would be too narrow, it stands below. */
function table(rows: readonly (readonly string[])[], columns: number, paint: Paint): readonly string[] {
  const count = Math.max(...rows.map((row) => row.length));
  const width = (column: number): number => Math.min(44, Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const widths = Array.from({ length: count - 1 }, (_, column) => width(column));
  const before = widths.reduce((sum, one) => sum + (one === 0 ? 0 : one + 2), 2);
  const beside = columns - before >= 20;
  return rows.flatMap((row) => {
    const cells = row.slice(0, count - 1);
    const last = row[count - 1] ?? '';
    const head = `  ${cells.flatMap((cell, column) => (widths[column] === 0 ? [] : [cell.padEnd(widths[column]!)])).join('  ')}`;
    const isLong = cells.some((cell, column) => cell.length > widths[column]!);
    const indent = beside && !isLong ? before : 6;
    const parts = last === '' ? [] : wrap(last, columns - indent);
    const [first, ...rest] = indent === before ? parts : ['', ...parts];
    const start = `${head}${first === undefined || first === '' ? '' : `${widths.every((one) => one === 0) ? '' : '  '}${paint.faint(first)}`}`;
    return [start, ...rest.map((part) => ' '.repeat(indent) + paint.faint(part))]
      .map((line) => line.trimEnd())
      .filter((line) => line !== '');
  });
}
