// Compiles a program from disk for a command, and draws diagnostics on stderr.
import { join } from 'node:path';
import { type Compiled, compile, type CompileRequest } from '../compile.ts';
import { renderDiagnostics } from '../diagnostics/render-diagnostics.ts';
import type { SourceFile } from '../source/source-file.ts';
import { parseSource, type ParsedSource } from '../syntax/parse-source.ts';
import { parsedPath, readParsedModule } from '../syntax/parsed-module.ts';
import { standardLibraryFolder } from './installation.ts';
import { writeErrorLine } from './output.ts';
import type { ProgramOptions } from './options.ts';
import { filesIn, readSource, requireFile } from './read-source.ts';
import { describeTerminal } from './terminal.ts';

type Purpose = CompileRequest['purpose'];

/** Throws UsageError where `file` is not there, is a folder or is no text. */
export function compileProgram(file: string, options: ProgramOptions, purpose: Purpose = 'run'): Compiled {
  requireFile(file);
  return compile({
    file,
    set: options.set,
    reader: { read: readSource, list: filesIn },
    stdlib: standardLibraryFolder(),
    parse: parseOrRecall,
    pipeline: options.pipeline,
    profile: options.profile,
    purpose,
  });
}

/** A module of the standard library as the build has parsed it, if its text is still the same; all else is parsed. */
function parseOrRecall(source: SourceFile): Pick<ParsedSource, 'file' | 'diagnostics'> {
  if (!source.name.startsWith('std/')) return parseSource(source);
  const json = readSource(parsedPath(join(standardLibraryFolder(), `${source.name}.pipe`)));
  return (json === undefined ? undefined : readParsedModule(json, source.text)) ?? parseSource(source);
}

/** The same, with whatever was found drawn on stderr. */
export function compileOrReport(file: string, options: ProgramOptions, purpose: Purpose = 'run'): Compiled {
  const compiled = compileProgram(file, options, purpose);
  reportDiagnostics(compiled);
  return compiled;
}

export function reportDiagnostics(compiled: Compiled): void {
  if (compiled.diagnostics.length === 0) return;
  const { color, columns } = describeTerminal(process.stderr, process.env);
  writeErrorLine(renderDiagnostics(compiled.diagnostics, compiled.sources, { color, width: columns }).trimEnd());
}
