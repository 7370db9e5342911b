// A loaded program: chooses the pipeline, checks it with the values of this run, checks the other pipelines and profiles of the file with
// theirs, and reports what is not used. Every pipeline is checked, so that a problem does not wait for the day on which it is run.
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { mergeSweep } from '../graph/merge-sweep.ts';
import type { TypedGraph } from '../graph/typed-graph.ts';
import type { SourceFile } from '../source/source-file.ts';
import type { Span } from '../source/span.ts';
import { stageTypeIn, type StageType } from '../types/type.ts';
import type { PipelineDefinition } from '../syntax/ast.ts';
import { checkPipeline } from './check-pipeline.ts';
import { checkStageBody } from './check-stage-body.ts';
import type { Checking, Offer } from './checking.ts';
import type { Module } from './module.ts';
import type { StageDatum } from './datum.ts';
import { reportDuplicates, unusedImport } from './module-problems.ts';
import { moduleScopes } from './module-scope.ts';
import { mayBeChosen } from './name-misfits.ts';
import { unusedBinding } from './name-problems.ts';
import { noPipeline, noSuchPipeline, noSuchProfile, profileOfNothing, severalPipelines } from './pipeline-problems.ts';
import { publishedUnderNothing } from './published-problems.ts';
import { resolveAnnotations } from './annotations.ts';
import type { Recorder } from './recorder.ts';
import { resolveParameters } from './resolve-signature.ts';
import type { Entry, Scope } from './scope.ts';
import { readSettings, type Setting } from './settings.ts';
import { sweepOf } from './sweep.ts';
import type { Expression, Statement } from '../syntax/ast.ts';

/**
 * `run` wants one pipeline with a value for every parameter; `look`, one pipeline, whose parameters may be without values; `check` also takes a file
 * with several pipelines or none.
 */
export type Purpose = 'run' | 'look' | 'check';

export interface ProgramCheck {
  readonly modules: ReadonlyMap<string, Module>;
  readonly entry: Module;
  readonly pipeline: string | undefined;
  readonly profile: string | undefined;
  readonly set: readonly string[];
  readonly settingsSource: SourceFile;
  readonly purpose: Purpose;
  readonly report: (problem: Diagnostic) => void;
  readonly record: Recorder;
}

/** The graph of the chosen pipeline, undefined where there is none to choose. Meaningful only where no error was reported. */
export function checkProgram(program: ProgramCheck): TypedGraph | undefined {
  const { modules, entry, settingsSource, record } = program;
  const { pipelines, profiles } = entry.file;
  const reported = new Set<string>();
  const report = (problem: Diagnostic): void => {
    reported.add(problemKey(problem));
    program.report(problem);
  };
  const scopes = moduleScopes(modules, report, record);
  const used = new Places();
  const use = (span: Span): void => used.add(span);
  const moduleScope = scopeOfModule(modules, scopes);
  record.modules(moduleScope);
  const offers: Checking['offers'] = (stage, at) => offersOf(stage, at, modules);
  const isStandard = (module: string): boolean => modules.get(module)?.isStandard === true;
  // Before the calls, so that what is recorded of a body is what holds in all of them.
  const inBodies: Diagnostic[] = [];
  for (const { imported, signature } of scopes.get(entry.key)?.values() ?? []) {
    if (!imported && signature !== undefined)
      checkStageBody(signature, {
        report: (problem) => inBodies.push(problem),
        record,
        use,
        offers,
        moduleScope,
        isStandard,
      });
  }
  for (const module of modules.values())
    for (const stage of module.file.stages) resolveAnnotations(stage.annotations, report);
  reportDuplicates(
    pipelines.map(({ name }) => name),
    report,
  );
  for (const pipeline of pipelines) record.define({ what: 'pipeline', span: pipeline.name.span, pipeline });
  for (const profile of profiles) {
    record.define({ what: 'profile', span: profile.name.span, profile });
    const of = pipelines.find(({ name }) => name.text === profile.pipeline.text);
    if (of !== undefined) record.use(profile.pipeline.span, of.name.span);
    if (of === undefined && !entry.file.perhapsDefined.has(profile.pipeline.text))
      report(profileOfNothing(profile.pipeline, pipelines));
  }
  for (const { pipeline, profile } of entry.file.published) {
    const of = pipelines.find(({ name }) => name.text === pipeline.text);
    if (of !== undefined) record.use(pipeline.span, of.name.span);
    else if (!entry.file.perhapsDefined.has(pipeline.text)) report(profileOfNothing(pipeline, pipelines));
    if (of === undefined || profile === undefined) continue;
    const own = profiles.filter((candidate) => candidate.pipeline.text === pipeline.text);
    const under = own.find(({ name }) => name.text === profile.text);
    if (under !== undefined) record.use(profile.span, under.name.span);
    else if (!entry.file.perhapsDefined.has(profile.text)) report(publishedUnderNothing(profile, of, own));
  }
  const chosen = choosePipeline(program);
  const settings = readSettings(program.set, report);
  /** The stages that parameters of pipelines take. */
  const choices: StageType[] = [];
  let graph: TypedGraph | undefined;
  for (const pipeline of pipelines) {
    const own = profiles.filter((profile) => profile.pipeline.text === pipeline.name.text);
    reportDuplicates(
      own.map(({ name }) => name),
      report,
    );
    reportDuplicates(
      pipeline.parameters.map(({ name }) => name),
      report,
    );
    const parameters = resolveParameters(pipeline.parameters, new Map(), report, record);
    choices.push(...parameters.flatMap(({ type }) => stageTypeIn(type) ?? []));
    const isChosen = pipeline === chosen;
    const wanted = isChosen ? program.profile : undefined;
    const profile = own.find(({ name }) => name.text === wanted);
    if (wanted !== undefined && profile === undefined && !entry.file.perhapsDefined.has(wanted))
      report(noSuchProfile(wanted, pipeline, own));
    const run = (values: typeof profile, set: readonly Setting[], complete: boolean): TypedGraph =>
      checkPipeline({
        pipeline,
        parameters,
        profile: values?.values ?? [],
        settings: set,
        settingsSource,
        complete,
        module: entry,
        published: {
          definitions: entry.file.published.filter((one) => one.pipeline.text === pipeline.name.text),
          profiles: own,
        },
        moduleScope,
        ...{ offers, report, use, record, isStandard },
      });
    const { names, cells } = sweepOf(isChosen ? settings : [], parameters, report);
    const results = cells.map((cell) => run(profile, cell, isChosen && program.purpose === 'run'));
    if (results[0] !== undefined) record.graph(pipeline, results[0]);
    if (isChosen) graph = names.length === 0 ? results[0] : merged(results, names);
    for (const other of own) if (other !== profile) run(other, [], false);
  }
  // What a call has found is not said again.
  for (const problem of inBodies) if (!reported.has(problemKey(problem))) report(problem);
  reportUnused(entry, scopes, used, pipelines, choices, report);
  return graph;
}

function merged(graphs: readonly TypedGraph[], names: readonly string[]): TypedGraph {
  return mergeSweep(
    graphs.map((graph) => ({
      graph,
      values: graph.parameters.filter(({ name }) => names.includes(name)).map(({ name, value }) => ({ name, value })),
    })),
  );
}

function choosePipeline({ entry, pipeline: name, report, purpose }: ProgramCheck): PipelineDefinition | undefined {
  const { pipelines } = entry.file;
  if (name !== undefined) {
    const found = pipelines.find((pipeline) => pipeline.name.text === name);
    if (found === undefined && !entry.file.perhapsDefined.has(name)) report(noSuchPipeline(name, entry.key, pipelines));
    return found;
  }
  if (pipelines.length === 1) return pipelines[0];
  if (purpose === 'check') return undefined;
  if (pipelines.length > 1) report(severalPipelines(entry.key, pipelines));
  else if (!entry.hasSyntaxErrors) report(noPipeline(entry.key));
  return undefined;
}

function offersOf(stage: string, at: Span, modules: ReadonlyMap<string, Module>): readonly Offer[] {
  return (modules.get(at.file)?.imports ?? []).flatMap(({ syntax, module: key }) => {
    const last = syntax.names.at(-1)?.span;
    const isThere = key !== undefined && modules.get(key)?.file.stages.some(({ name }) => name.text === stage) === true;
    return isThere && last !== undefined ? [{ module: key, last }] : [];
  });
}

/** Starts of spans. Every name of a program is noted, so they are kept as numbers, by file. */
class Places {
  readonly #starts = new Map<string, Set<number>>();

  add({ file, start }: Span): void {
    const starts = this.#starts.get(file);
    if (starts === undefined) this.#starts.set(file, new Set([start]));
    else starts.add(start);
  }

  has({ file, start }: Span): boolean {
    return this.#starts.get(file)?.has(start) === true;
  }
}

const problemKey = ({ code, primary }: Diagnostic): string => `${code}:${placeKey(primary.span)}`;

const placeKey = (span: Span): string => `${span.file}:${span.start}`;

function scopeOfModule(
  modules: ReadonlyMap<string, Module>,
  scopes: ReturnType<typeof moduleScopes>,
): (key: string) => Scope {
  const made = new Map<string, Scope>();
  return (key) => {
    const existing = made.get(key);
    if (existing !== undefined) return existing;
    const entries = new Map<string, Entry>();
    for (const [name, { signature, span }] of scopes.get(key) ?? []) {
      entries.set(name, {
        datum:
          signature === undefined
            ? { kind: 'error' }
            : { kind: 'stage', signature, named: undefined, given: new Map() },
        span,
        what: 'stage',
      });
    }
    const scope: Scope = {
      entries,
      parent: undefined,
      bound: new Map(),
      perhapsDefined: modules.get(key)?.file.perhapsDefined ?? new Set(),
    };
    made.set(key, scope);
    return scope;
  };
}

/** Warnings for the entry file alone: what is imported is someone else's to tidy. */
function reportUnused(
  entry: Module,
  scopes: ReturnType<typeof moduleScopes>,
  used: Places,
  pipelines: readonly PipelineDefinition[],
  choices: readonly StageType[],
  report: (problem: Diagnostic) => void,
): void {
  // A use may be lost in what was not understood.
  if (entry.hasSyntaxErrors) return;
  const inBodies = new Set(
    entry.file.stages.flatMap((stage) => stage.body?.statements ?? []).flatMap(namesInStatement),
  );
  for (const { syntax } of entry.imports) {
    for (const name of syntax.names) {
      const signature = scopes.get(entry.key)?.get(name.text)?.signature;
      if (used.has(name.span) || inBodies.has(name.text) || signature === undefined) continue;
      // It may be imported to be chosen by `--set`.
      const stage: StageDatum = { kind: 'stage', signature, named: undefined, given: new Map() };
      if (!choices.some((type) => mayBeChosen(stage, type))) report(unusedImport(name));
    }
  }
  for (const pipeline of pipelines) {
    for (const { name } of pipeline.parameters)
      if (!used.has(name.span)) report(unusedBinding(name.text, name.span, 'parameter'));
    for (const statement of pipeline.body.statements) reportUnusedBindings(statement, used, report);
  }
}

function reportUnusedBindings(statement: Statement, used: Places, report: (problem: Diagnostic) => void): void {
  if (statement.kind === 'binding' && !used.has(statement.name.span))
    report(unusedBinding(statement.name.text, statement.name.span, 'binding'));
  for (const expression of [statement.value])
    if (expression.kind === 'for')
      for (const inner of expression.body.statements) reportUnusedBindings(inner, used, report);
}

/** Names that a statement mentions anywhere. */
function namesInStatement(statement: Statement): readonly string[] {
  return namesIn(statement.value);
}

function namesIn(expression: Expression): readonly string[] {
  switch (expression.kind) {
    case 'name':
      return [expression.name];
    case 'list':
      return expression.items.flatMap(namesIn);
    case 'record':
      return expression.fields.flatMap((field) => namesIn(field.value));
    case 'call':
      return [...namesIn(expression.callee), ...expression.arguments.flatMap((argument) => namesIn(argument.value))];
    case 'with':
      return [...namesIn(expression.of), ...expression.fields.flatMap((field) => namesIn(field.value))];
    case 'member':
    case 'negation':
      return namesIn(expression.of);
    case 'index':
      return [...namesIn(expression.of), ...namesIn(expression.index)];
    case 'binary':
    case 'fallback':
      return [...namesIn(expression.left), ...namesIn(expression.right)];
    case 'for':
      return [...namesIn(expression.list), ...expression.body.statements.flatMap(namesInStatement)];
    case 'string':
      return expression.parts.flatMap((part) => (part.kind === 'expression' ? namesIn(part.value) : []));
    case 'number':
    case 'quantity':
    case 'boolean':
    case 'none':
    case 'error':
      return [];
  }
}
