// Doctor's findings as lines for a terminal. Sentences are broken at its width; a command has a line of its own and is never broken,
// so that it can be copied.
import { wrap } from '../../diagnostics/display-width.ts';
import type { Paint } from '../paint.ts';
import { formatBytes } from '../progress/quantities.ts';
import type { Findings } from './examine.ts';

const NAME_WIDTH = 16;

export function describeFindings(findings: Findings, columns: number, paint: Paint): readonly string[] {
  const ok = (good: boolean): string => (good ? paint.good('✔') : paint.bad('✖'));
  const maybe = (good: boolean): string => (good ? paint.good('✔') : paint.faint('–'));
  const indent = ' '.repeat(NAME_WIDTH + 4);
  // On a narrow terminal a command moves to the left rather than over its edge.
  const commandLine = (command: string): string =>
    ' '.repeat(Math.max(0, Math.min(indent.length, columns - command.length))) + command;
  const row = (mark: string, name: string, ...sentences: readonly string[]): readonly string[] => {
    const [first = '', ...rest] = sentences.flatMap((sentence) =>
      wrap(sentence, Math.max(columns - indent.length, 20)),
    );
    return [`${mark} ${name.padEnd(NAME_WIDTH)}  ${first}`.trimEnd(), ...rest.map((line) => indent + line)];
  };
  const { node, store, data, memory, gpus, packages, engines, auto, remedies } = findings;
  const free = store.freeBytes === undefined ? '' : `, ${formatBytes(store.freeBytes)} free`;
  return [
    paint.strong(`pipe ${findings.pipe}`),
    ...row(ok(node.supported), 'Node.js', `${node.version} on ${findings.platform}`),
    ...row(ok(true), 'processor', `${findings.cores} cores, ${findings.cpu}`),
    ...row(ok(true), 'memory', `${formatBytes(memory.total)}, ${formatBytes(memory.free)} free`),
    ...(gpus.length === 0
      ? row(maybe(false), 'GPU', 'none')
      : gpus.flatMap(({ name, kind }) =>
          row(maybe(kind === 'real'), 'GPU', kind === 'real' ? name : `${name}: software, no GPU`),
        )),
    ...row(ok(store.writable), 'store', store.problem ?? `${store.folder}${free}`),
    ...row(maybe(data.mnist), 'data', data.folder === undefined ? data.note : `${data.folder}: ${data.note}`),
    ...packages.flatMap(({ name, loads, version, problem, offers }) =>
      row(ok(loads), name, [version ?? '', problem ?? offers.join(', ')].filter((part) => part !== '').join(': ')),
    ),
    '',
    paint.strong('Engines'),
    ...engines.flatMap(({ name, usable, note, advice, command }) => [
      ...row(maybe(usable), name, ...(advice === undefined ? [note] : [note, advice])),
      ...(command === undefined ? [] : [`${indent}${paint.faint('to add it:')}`, commandLine(command)]),
    ]),
    '',
    ...wrap(`auto takes ${auto.engine ?? 'none'}: ${auto.why}`, columns),
    ...remedies.flatMap(({ command, why }) => {
      const [first = '', ...rest] = wrap(`${why}:`, columns - 2);
      return [`${paint.careful('→')} ${first}`, ...rest.map((line) => `  ${line}`), `    ${command}`];
    }),
    ...(auto.engine === undefined || !node.supported || !store.writable
      ? []
      : [`${paint.good('✔')} pipelines run here: pipe run pipelines/quickstart.pipe`]),
  ];
}
