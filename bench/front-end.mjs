// How long the front end takes on programs that nobody would write by hand: 10,000 calls in one body, a `for` over 5,000 seeds, a module of 1,000 lines.
// In: the built program, and the front end bundled anew for what is timed inside a process; out: one JSON line a figure, smallest, median, largest.
// What is timed first in a process of its own is `cold`, as a command meets it; `warm` is the same again in that process, as an editor meets it.
//   npm run --silent build && node bench/front-end.mjs [--rounds 5] [--only parse|check|plan]
import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' }, only: { type: 'string' } } });
const rounds = Number(values.rounds);

const imports = [
  'import { glyphs } from "std/datasets"',
  'import { idfd } from "std/representation"',
  'import { kmeans } from "std/clustering"',
  'import { scores, mean_std } from "std/metrics"',
];
const range = (count) => Array.from({ length: count }, (_, n) => n);

/** `count` calls in the body of one pipeline, half of them outputs: a line each. */
const manyCalls = (count) => [
  ...imports.map((line) => line.replace(', mean_std', '')),
  'pipeline calls() {',
  '  data = glyphs(count: 100)',
  '  learned = idfd(data.images)',
  ...range(count / 2 - 1).map((n) => `  step${n} = kmeans(learned.features, k: 10, seed: ${n})`),
  ...range(count / 2 - 1).map((n) => `  output score${n} = scores(step${n}, data.labels)`),
  '}',
];

/** Two calls for each of `count` seeds, and a mean over all. */
const manySeeds = (count) => [
  ...imports,
  'pipeline sweep() {',
  '  data = glyphs(count: 100)',
  '  learned = idfd(data.images)',
  `  each = for seed in [${range(count).join(', ')}] {`,
  '    groups = kmeans(learned.features, k: 10, seed: seed)',
  '    yield scores(groups, data.labels)',
  '  }',
  '  output all = mean_std(each)',
  '}',
];

/** A module as people write them, of about `count` lines: stages of their own with documentation, and pipelines over seeds. */
const module = (count) => {
  const lines = [...imports];
  for (let n = 0; lines.length < count; n += 1)
    lines.push(
      '',
      `/// Features of one kind, then clusters (${n}).`,
      `stage grouped_${n}<N, H, W, C>(`,
      '  images: Images<N, H, W, C>,',
      '  /// How many groups.',
      '  size: Int in 2..100 = 10,',
      ') -> { clusters: Clusters<N, size>, log: TrainingLog } {',
      '  learned = idfd(images, epochs: 2, backbone: "conv3")',
      '  output clusters = kmeans(learned.features, k: size)',
      '  output log = learned.log',
      '}',
      '',
      `pipeline experiment_${n}(count: Int in 200..100000 = ${1000 + n}, seeds: [Int] = [0, 1, 2]) {`,
      '  each = for s in seeds {',
      '    digits = glyphs(count: count, seed: s)',
      `    groups = grouped_${n}(digits.images, size: 10)`,
      '    // By the labels, which nothing above has read.',
      '    yield scores(groups.clusters, digits.labels)',
      '  }',
      '  output mean = mean_std(each)',
      '}',
    );
  return lines;
};

const folder = mkdtempSync(join(tmpdir(), 'pipe-bench-'));
const program = (name, lines) => {
  const path = join(folder, `${name}.pipe`);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
};
const programs = {
  '10,000 calls': program('calls', manyCalls(10_000)),
  '5,000 seeds': program('seeds', manySeeds(5_000)),
  'module of 1,000 lines': program('module', module(1_000)),
};
const long = program('long', module(10_000));

// Times in a process of its own: `tokens`, `parse` (text to AST, with what it takes for tokens) and `check`, of a file, `times` in a row.
const inside = join(folder, 'inside.mjs');
await build({
  stdin: {
    contents: `
      import { readFileSync } from 'node:fs';
      import { tokenize } from './grammar/parse.ts';
      import { SourceFile } from './src/source/source-file.ts';
      import { parseSource } from './src/syntax/parse-source.ts';
      import { compile } from './src/compile.ts';
      const [what, file, times] = process.argv.slice(2);
      const read = (path) => { try { return readFileSync(path, 'utf8'); } catch { return undefined; } };
      const text = read(file);
      const request = { file, set: [], reader: { read }, stdlib: ${JSON.stringify(join(root, 'stdlib'))}, purpose: 'check' };
      const work = {
        tokens: () => tokenize(text).tokens.length > 0,
        parse: () => parseSource(new SourceFile(file, text)).diagnostics.length === 0,
        check: () => compile(request).diagnostics.length === 0,
      }[what];
      const ms = Array.from({ length: Number(times) }, () => {
        const start = performance.now();
        if (!work()) throw new Error('the program is not right');
        return performance.now() - start;
      });
      console.log(JSON.stringify(ms));`,
    resolveDir: root,
    loader: 'js',
  },
  ...{ outfile: inside, bundle: true, format: 'esm', platform: 'node', target: 'node20', logLevel: 'warning' },
});

const run = (...args) => execFileSync(process.execPath, args, { encoding: 'utf8', cwd: folder });

/** Milliseconds of a whole process, its start included. */
const processTime = (...args) => {
  const start = performance.now();
  run(join(root, 'dist/cli.js'), ...args);
  return performance.now() - start;
};

const summary = (times) => {
  const sorted = [...times].sort((a, b) => a - b).map((ms) => Math.round(ms));
  return { min_ms: sorted[0], median_ms: sorted[sorted.length >> 1], max_ms: sorted.at(-1) };
};

const say = (figure, times) =>
  console.log(JSON.stringify({ ...figure, ...summary(times), rounds: times.length, load: loadavg()[0] }));

const wants = (what) => values.only === undefined || values.only === what;
console.error(`${availableParallelism()} cores, Node.js ${process.versions.node}`);
try {
  if (wants('parse'))
    for (const what of ['tokens', 'parse']) {
      const series = range(rounds).map(() => JSON.parse(run(inside, what, long, '8')));
      say(
        { what, of: 'module of 10,000 lines', state: 'cold' },
        series.map((times) => times[0]),
      );
      say(
        { what, of: 'module of 10,000 lines', state: 'warm' },
        series.flatMap((times) => times.slice(4)),
      );
    }
  if (wants('check')) {
    say(
      { what: 'pipe --version', state: 'process' },
      range(rounds).map(() => processTime('--version')),
    );
    for (const [of, path] of Object.entries(programs)) {
      say(
        { what: 'pipe check', of, state: 'process' },
        range(rounds).map(() => processTime('check', path)),
      );
      say(
        { what: 'check', of, state: 'cold' },
        range(rounds).map(() => JSON.parse(run(inside, 'check', path, '1'))[0]),
      );
    }
  }
  if (wants('plan'))
    for (const of of ['10,000 calls', '5,000 seeds'])
      say(
        { what: 'pipe plan', of, state: 'process' },
        range(rounds).map(() => processTime('plan', programs[of])),
      );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
