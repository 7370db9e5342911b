// `pipe cache verify`: reads every stored file and compares it with its digest. Damaged ones are put aside, and their steps run again.
import { verify } from '../../cache/verify.ts';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { openCache } from '../open-cache.ts';
import { writeErrorLine, writeLine } from '../output.ts';
import { paintFor } from '../paint.ts';
import { formatBytes, plural } from '../progress/quantities.ts';
import { describeTerminal } from '../terminal.ts';

const SHOW_EVERY_MS = 1000;

/** Exit code 1 where anything was damaged, missing or unreadable. */
export async function verifyCache(options: { readonly json?: boolean; readonly cache: string }): Promise<ExitCode> {
  const terminal = describeTerminal(process.stderr, process.env);
  let shown = performance.now();
  const verified = await verify(openCache(options.cache), (done, total) => {
    // A line now and then where somebody watches: a large store takes minutes to read.
    if (!terminal.live || performance.now() - shown < SHOW_EVERY_MS) return;
    shown = performance.now();
    writeErrorLine(`${formatBytes(done)} of ${formatBytes(total)} read`);
  });
  const { damaged, missing, unreadable, damagedCompiled } = verified;
  const whole = damaged.length + missing.length + unreadable.length + damagedCompiled.length === 0;
  if (options.json === true) {
    writeLine(JSON.stringify(verified, null, 2));
    return whole ? exitCode.done : exitCode.failed;
  }
  const paint = paintFor(describeTerminal(process.stdout, process.env).color);
  for (const { digest, stages } of damaged) {
    writeLine(
      `${paint.bad('damaged')}  ${digest.slice(0, 12)}  ${stages.join(', ')}: put aside, the step runs again when it is needed`,
    );
  }
  for (const { digest, stages } of missing) {
    writeLine(
      `${paint.careful('missing')}  ${digest.slice(0, 12)}  ${stages.join(', ')}: the step runs again when it is needed`,
    );
  }
  for (const path of unreadable) writeLine(`${paint.bad('unreadable record')}  ${path}: taken for no result`);
  for (const path of damagedCompiled)
    writeLine(`${paint.bad('damaged')}  compiled step ${path}: removed, the next run compiles it again`);
  const read = `${plural(verified.blobs + verified.compiled, 'file')}, ${formatBytes(verified.bytes)} read`;
  writeLine(whole ? `${paint.good('✔')} ${read}: all as they were stored` : `${paint.bad('✖')} ${read}`);
  return whole ? exitCode.done : exitCode.failed;
}
