// `pipe check`: every error of one or more programs, without running anything. Loads the front end alone.
import { diagnosticToJson } from '../../diagnostics/diagnostic-to-json.ts';
import { compileProgram, reportDiagnostics } from '../compile-program.ts';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { writeLine } from '../output.ts';
import { paintFor } from '../paint.ts';
import { plural } from '../progress/quantities.ts';
import type { ProgramOptions } from '../options.ts';
import { describeTerminal } from '../terminal.ts';

export async function check(
  files: readonly string[],
  options: ProgramOptions & { readonly json?: boolean },
): Promise<ExitCode> {
  const compiled = files.map((file) => ({ file, ...compileProgram(file, options, 'check') }));
  const wrong = compiled.some(({ diagnostics }) => diagnostics.some(({ severity }) => severity === 'error'));
  if (options.json === true) {
    const found = compiled.flatMap(({ diagnostics, sources }) =>
      diagnostics.map((one) => diagnosticToJson(one, sources)),
    );
    writeLine(JSON.stringify(found, null, 2));
    return wrong ? exitCode.wrong : exitCode.done;
  }
  const paint = paintFor(describeTerminal(process.stdout, process.env).color);
  for (const program of compiled) {
    reportDiagnostics(program);
    const errors = program.diagnostics.filter(({ severity }) => severity === 'error').length;
    if (errors > 0) writeLine(`${paint.bad('✖')} ${program.file}: ${plural(errors, 'error')}`);
    else
      writeLine(
        `${paint.good('✔')} ${program.file}${program.graph === undefined ? '' : `: ${program.graph.pipeline.name}, ${plural(program.graph.steps.length, 'step')}`}`,
      );
  }
  return wrong ? exitCode.wrong : exitCode.done;
}
