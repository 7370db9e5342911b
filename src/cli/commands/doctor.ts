// `pipe doctor`: what this machine can do, and the one command that adds what is missing.
import { examine, type Findings } from '../doctor/examine.ts';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { writeLine } from '../output.ts';
import { type Paint, paintFor } from '../paint.ts';
import { formatBytes } from '../progress/quantities.ts';
import { describeTerminal } from '../terminal.ts';

/** Exit code 0 where pipelines can run, 1 where not. */
export async function doctor(options: { readonly json?: boolean; readonly cache: string }): Promise<ExitCode> {
  const findings = await examine(options.cache, process.env);
  if (options.json === true) writeLine(JSON.stringify(findings, null, 2));
  else
    for (const line of describeFindings(findings, paintFor(describeTerminal(process.stdout, process.env).color)))
      writeLine(line);
  return findings.auto.engine !== undefined && findings.store.writable && findings.node.supported
    ? exitCode.done
    : exitCode.failed;
}

export function describeFindings(findings: Findings, paint: Paint): readonly string[] {
  const row = (mark: string, name: string, text: string, width = 10): string =>
    `${mark} ${name.padEnd(width)}  ${text}`.trimEnd();
  const widest = Math.max(...findings.packages.map(({ name }) => name.length));
  const ok = (good: boolean): string => (good ? paint.good('✔') : paint.bad('✖'));
  const maybe = (good: boolean): string => (good ? paint.good('✔') : paint.faint('–'));
  const { store, data, memory } = findings;
  return [
    paint.strong(`pipe ${findings.pipe}`),
    row(ok(findings.node.supported), 'Node.js', `${findings.node.version} on ${findings.platform}`),
    row(ok(true), 'processor', `${findings.cores} cores, ${findings.cpu}`),
    row(ok(true), 'memory', `${formatBytes(memory.total)}, ${formatBytes(memory.free)} free`),
    row(
      ok(store.writable),
      'store',
      store.problem ??
        `${store.folder}${store.freeBytes === undefined ? '' : `, ${formatBytes(store.freeBytes)} free`}`,
    ),
    row(maybe(data.mnist), 'data', data.folder === undefined ? data.note : `${data.folder}: ${data.note}`),
    ...(findings.gpus.length === 0
      ? [row(maybe(false), 'GPU', 'no NVIDIA driver answers')]
      : findings.gpus.map((gpu) => row(ok(true), 'GPU', gpu))),
    '',
    paint.strong('Packages'),
    ...findings.packages.map((found) =>
      row(
        found.name === '@tensorflow/tfjs-node-gpu' ? maybe(found.loads) : ok(found.loads),
        found.name,
        [found.version ?? '', found.problem ?? found.offers.join(', ')].filter((part) => part !== '').join('  '),
        widest,
      ),
    ),
    '',
    paint.strong('Engines'),
    ...findings.engines.map((engine) => row(maybe(engine.usable), engine.name, engine.note)),
    `  auto takes ${findings.auto.engine ?? 'none'}: ${findings.auto.why}`,
    '',
    ...(findings.remedies.length === 0
      ? [`${paint.good('✔')} nothing is missing: pipe run pipelines/quickstart.pipe`]
      : findings.remedies.map(({ command, why }) => `${paint.careful('→')} ${why}:\n    ${command}`)),
  ];
}
