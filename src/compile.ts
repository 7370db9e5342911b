// The front end on one screen: source texts → typed graph and diagnostics. Pure: files come through the reader, nothing is thrown for
// what a user wrote, and no stage is loaded.
import { checkProgram, type Purpose } from './check/check-program.ts';
import { loadModules, type Parse, type SourceReader } from './check/load-modules.ts';
import type { Module } from './check/module.ts';
import { noRecorder, type Recorder } from './check/recorder.ts';
import { settingsSource } from './check/settings.ts';
import type { Code } from './diagnostics/codes.ts';
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import { sortDiagnostics } from './diagnostics/sort-diagnostics.ts';
import type { TypedGraph } from './graph/typed-graph.ts';
import { SourceFile } from './source/source-file.ts';

export type { SourceReader };

export interface CompileRequest {
  /** Path of the program. */
  readonly file: string;
  /** Which pipeline, where the file has several. */
  readonly pipeline?: string | undefined;
  readonly profile?: string | undefined;
  /** `name=value`, as on the command line. */
  readonly set: readonly string[];
  readonly reader: SourceReader;
  /** The folder that holds `std/`. */
  readonly stdlib: string;
  /** `run` where nothing is said. */
  readonly purpose?: Purpose | undefined;
  /** Told what the names in the texts mean. */
  readonly record?: Recorder | undefined;
  /** Instead of parsing each text anew. */
  readonly parse?: Parse | undefined;
}

export interface Compiled {
  /** Undefined where there is an error, or no pipeline to choose. */
  readonly graph: TypedGraph | undefined;
  /** Sorted by place; each problem once. */
  readonly diagnostics: readonly Diagnostic[];
  /** Every text that a span may point into, by the span's `file`. */
  readonly sources: ReadonlyMap<string, SourceFile>;
  /** The program and all that it imports. */
  readonly modules: ReadonlyMap<string, Module>;
}

/** Codes about the order and nesting of statements, which a bracket that is missing somewhere upsets everywhere. */
const structural: ReadonlySet<Code> = new Set(['P202', 'P509'] as const);

/** Whether a problem of the checker lies where a syntax error has been reported, or may follow from one, and so may be no problem at all. */
function isMisread({ code, primary: { span } }: Diagnostic, modules: ReadonlyMap<string, Module>): boolean {
  const module = modules.get(span.file);
  if (module?.hasSyntaxErrors === true && structural.has(code)) return true;
  return module?.file.damaged.some((region) => region.start <= span.start && span.start < region.end) === true;
}

/** Checks a program and gives the graph of the chosen pipeline. */
export function compile(request: CompileRequest): Compiled {
  const {
    modules,
    entry,
    diagnostics: loading,
  } = loadModules(request.file, request.reader, request.stdlib, request.parse);
  const settings = settingsSource(request.set);
  const found: Diagnostic[] = [...loading];
  const graph =
    entry &&
    checkProgram({
      modules,
      entry,
      pipeline: request.pipeline,
      profile: request.profile,
      set: request.set,
      settingsSource: settings,
      record: request.record ?? noRecorder,
      purpose: request.purpose ?? 'run',
      report: (problem) => {
        if (!isMisread(problem, modules)) found.push(problem);
      },
    });
  const diagnostics = sortDiagnostics(found);
  const hasErrors = diagnostics.some(({ severity }) => severity === 'error');
  const sources = new Map([...modules.values()].map(({ source }) => [source.name, source]));
  if (request.set.length > 0) sources.set(settings.name, settings);
  if (entry === undefined) sources.set(request.file, new SourceFile(request.file, ''));
  return { graph: hasErrors ? undefined : graph, diagnostics, sources, modules };
}
