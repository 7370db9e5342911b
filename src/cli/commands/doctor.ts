// `pipe doctor`: what this machine can do, and the one command that adds what is missing.
import { devicesHere, gpusHere } from '../../this-machine.ts';
import { describeFindings } from '../doctor/describe-findings.ts';
import { examine } from '../doctor/examine.ts';
import { probePackages } from '../doctor/probe-packages.ts';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { writeLine } from '../output.ts';
import { paintFor } from '../paint.ts';
import { describeTerminal } from '../terminal.ts';

/** Exit code 0 where pipelines can run, 1 where not. */
export async function doctor(options: { readonly json?: boolean; readonly cache: string }): Promise<ExitCode> {
  const doors = { devices: devicesHere(), gpus: gpusHere, packages: probePackages };
  const findings = await examine(options.cache, process.env, doors);
  if (options.json === true) writeLine(JSON.stringify(findings, null, 2));
  else {
    const { color, columns } = describeTerminal(process.stdout, process.env);
    for (const line of describeFindings(findings, columns, paintFor(color))) writeLine(line);
  }
  return findings.auto.engine !== undefined && findings.store.writable && findings.node.supported
    ? exitCode.done
    : exitCode.failed;
}
