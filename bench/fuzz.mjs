// Checks texts that nobody would write: random bytes, random words, real programs with random edits (test/fuzz). Nothing may throw, no place
// may lie outside its text, and what parses must have one form. Exits with 1 where anything does not hold.
//   node bench/fuzz.mjs [count] [seed] [first]     by default 100000 inputs of seed 1
//   node bench/fuzz.mjs --only INDEX [seed]        one input, with its text
import { build } from 'esbuild';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = mkdtempSync(join(tmpdir(), 'pipe-fuzz-'));
const outfile = join(folder, 'fuzz.mjs');
await build({
  entryPoints: [join(root, 'test/fuzz/fuzz-main.ts')],
  ...{ outfile, bundle: true, format: 'esm', platform: 'node', target: 'node20', logLevel: 'warning' },
});
const { fuzz, one } = await import(pathToFileURL(outfile).href);
rmSync(folder, { recursive: true, force: true });

const [first, ...rest] = process.argv.slice(2);
if (first === '--only') {
  const { text, fault } = one(root, Number(rest[1] ?? 1), Number(rest[0]));
  console.log(text);
  console.error(fault ?? 'nothing is wrong with it');
  process.exitCode = fault === undefined ? 0 : 1;
} else {
  const [seed, from] = [Number(rest[0] ?? 1), Number(rest[1] ?? 0)];
  const report = fuzz(root, { seed, from, to: from + Number(first ?? 100_000) }, (done, faults) =>
    console.error(`${done} inputs, ${faults} faults`),
  );
  console.log(JSON.stringify(report, null, 1));
  process.exitCode = report.faults.length === 0 ? 0 : 1;
}
