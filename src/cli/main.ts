#!/usr/bin/env node
// The entry of the command line: reads the arguments, runs one command, turns errors into messages on stderr and an exit code.
// Loads the argument parser only; each command loads what it needs (see program.ts).
import { CommanderError } from 'commander';
import { exitCode, type ExitCode } from './exit-code.ts';
import { drainOutput, watchOutput, writeErrorLine, writeLine } from './output.ts';
import { paintFor } from './paint.ts';
import { buildProgram } from './program.ts';
import { jsonLine, unplannedFinish } from './progress/json.ts';
import { describeTerminal } from './terminal.ts';

/** An error made for the user's eyes: its message stands alone, and `hint` says what to do. */
interface ShownError extends Error {
  readonly hint?: string | undefined;
}

const SHOWN = new Set(['UsageError', 'StageError', 'StoreError', 'PlanError', 'EngineError', 'ExportError']);

/** Of these, those that blame the command line. By name, so that no command's code is loaded for it. */
const WRONG = new Set(['UsageError', 'PlanError', 'EngineError', 'ExportError']);

async function main(argumentList: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = exitCode.done;
  const program = buildProgram((outcome) => {
    code = outcome;
  });
  try {
    await program.parseAsync([...argumentList], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCode.done;
    const wrong = error instanceof CommanderError || WRONG.has((error as Error).name);
    if (!(error instanceof CommanderError)) showError(error as ShownError);
    // A tool that reads the events of a run gets its last line whatever happened.
    if (argumentList[0] === 'run' && argumentList.includes('--json')) {
      writeLine(jsonLine(unplannedFinish('failed', process.uptime())));
    }
    return wrong ? exitCode.wrong : exitCode.failed;
  }
}

function showError(error: ShownError): void {
  const paint = paintFor(describeTerminal(process.stderr, process.env).color);
  const system =
    typeof (error as NodeJS.ErrnoException).code === 'string' && (error as NodeJS.ErrnoException).syscall !== undefined;
  if (SHOWN.has(error.name) || system) {
    writeErrorLine(`${paint.bad('error')}: ${error.message}`);
    if (error.hint !== undefined) writeErrorLine(`  ${error.hint}`);
  } else {
    writeErrorLine(`${paint.bad('error')}: this is a fault in pipe, please report it\n${error.stack ?? String(error)}`);
  }
}

watchOutput();
process.exitCode = await main(process.argv.slice(2));
await drainOutput();
// Handles that a library left open must not keep a finished command alive.
process.exit();
