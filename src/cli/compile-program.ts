// Compiles a program from disk for a command: reads files, draws diagnostics on stderr. What is wrong in a program is a diagnostic;
// what is wrong with the path on the command line is a UsageError.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { type Compiled, compile } from '../compile.ts';
import { nearestNames } from '../diagnostics/nearest-names.ts';
import { renderDiagnostics } from '../diagnostics/render-diagnostics.ts';
import { UsageError } from './exit-code.ts';
import { standardLibraryFolder } from './installation.ts';
import { writeErrorLine } from './output.ts';
import type { ProgramOptions } from './options.ts';
import { describeTerminal } from './terminal.ts';

/** Throws UsageError where `file` is not there, or is a folder. */
export function compileProgram(file: string, options: ProgramOptions, purpose: 'run' | 'check' = 'run'): Compiled {
  requireFile(file);
  return compile({
    file,
    set: options.set,
    reader: { read: readSource, list: programsIn },
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

function readSource(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined;
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`);
  }
}

function requireFile(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isFile() === true) return;
  if (found?.isDirectory() === true) {
    const [first] = programsIn(file);
    throw new UsageError(
      `${file} is a folder`,
      first === undefined ? undefined : `Name a program, such as ${join(file, first)}.`,
    );
  }
  if (found !== undefined) return; // A pipe such as /dev/stdin can be read.
  const folder = dirname(file);
  const programs = programsIn(folder);
  const [nearest] = nearestNames(basename(file), programs);
  const hint =
    nearest !== undefined
      ? `Did you mean ${join(folder, nearest)}?`
      : programs.length > 0
        ? `In ${normalize(folder)} there are: ${programs.join(', ')}.`
        : undefined;
  throw new UsageError(`there is no file ${file}`, hint);
}

function programsIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.pipe') && name !== '.pipe')
      .sort();
  } catch {
    return [];
  }
}
