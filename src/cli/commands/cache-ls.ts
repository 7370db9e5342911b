// `pipe cache ls`: the stored steps, the latest used first, with what they take and what reusing them saves.
import { bytesOf, inventory, type StoredStep } from '../../cache/inventory.ts';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { openCache } from '../open-cache.ts';
import { writeLine } from '../output.ts';
import { type Paint, paintFor } from '../paint.ts';
import { clip, formatBytes, formatSeconds, plural } from '../progress/quantities.ts';
import { describeTerminal } from '../terminal.ts';

export async function listCache(options: { readonly json?: boolean; readonly cache: string }): Promise<ExitCode> {
  const held = await inventory(openCache(options.cache));
  if (options.json === true) {
    const steps = held.steps.map(({ record, used, ...step }) => ({
      ...step,
      used: new Date(used).toISOString(),
      outputs: record.outputs,
    }));
    writeLine(JSON.stringify(steps, null, 2));
    return exitCode.done;
  }
  const { color, columns } = describeTerminal(process.stdout, process.env);
  for (const line of describeSteps(held.steps, Date.now(), columns, paintFor(color))) writeLine(line);
  if (held.steps.length === 0) writeLine(`nothing is stored in ${options.cache}`);
  else writeLine(`${plural(held.steps.length, 'step')}, ${formatBytes(held.bytes)} in ${options.cache}`);
  if (held.compiled.length > 0)
    writeLine(`${plural(held.compiled.length, 'compiled training step')}, ${formatBytes(bytesOf(held.compiled))}`);
  if (held.unreadable.length > 0) {
    writeLine(`${plural(held.unreadable.length, 'record')} cannot be read; pipe cache gc removes what cannot`);
  }
  return exitCode.done;
}

/** `now` in milliseconds since 1970. */
export function describeSteps(
  steps: readonly StoredStep[],
  now: number,
  columns: number,
  paint: Paint,
): readonly string[] {
  if (steps.length === 0) return [];
  const rows = steps.map((step) => [
    step.key.slice(0, 8),
    formatBytes(step.bytes),
    formatSeconds(step.seconds),
    `${formatSeconds((now - step.used) / 1000)} ago`,
    step.stage,
  ]);
  const head = ['key', 'size', 'took', 'last used', 'stage'];
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[], parameters: string): string => {
    const text = cells.map((cell, column) =>
      column === 0 || column === 4 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
    );
    return clip(`${text.join('  ')}  ${parameters}`.trimEnd(), columns);
  };
  return [
    paint.faint(line(head, 'parameters')),
    ...rows.map((row, index) => line(row, parameterText(steps[index]!.parameters))),
    '',
  ];
}

const parameterText = (parameters: Readonly<Record<string, unknown>>): string =>
  Object.entries(parameters)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(' ');
