// Compiles a program from disk for a command, and draws diagnostics on stderr.
import { type Compiled, compile } from '../compile.ts';
import { renderDiagnostics } from '../diagnostics/render-diagnostics.ts';
import { standardLibraryFolder } from './installation.ts';
import { writeErrorLine } from './output.ts';
import type { ProgramOptions } from './options.ts';
import { filesIn, readSource, requireFile } from './read-source.ts';
import { describeTerminal } from './terminal.ts';

/** Throws UsageError where `file` is not there, is a folder or is no text. */
export function compileProgram(file: string, options: ProgramOptions, purpose: 'run' | 'check' = 'run'): Compiled {
  requireFile(file);
  return compile({
    file,
    set: options.set,
    reader: { read: readSource, list: filesIn },
    stdlib: standardLibraryFolder(),
    pipeline: options.pipeline,
    profile: options.profile,
    purpose,
  });
}

/** The same, with whatever was found drawn on stderr. */
export function compileOrReport(file: string, options: ProgramOptions): Compiled {
  const compiled = compileProgram(file, options);
  reportDiagnostics(compiled);
  return compiled;
}

export function reportDiagnostics(compiled: Compiled): void {
  if (compiled.diagnostics.length === 0) return;
  const { color, columns } = describeTerminal(process.stderr, process.env);
  writeErrorLine(renderDiagnostics(compiled.diagnostics, compiled.sources, { color, width: columns }).trimEnd());
}
