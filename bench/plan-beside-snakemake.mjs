// Planning beside Snakemake: the same experiment as a program of ours and as a Snakefile, two steps for each of `seeds` seeds over one trained encoder, and
// one mean over all. Nothing has been run, so every step is planned to run. Whole processes are timed, their start included; what they print is thrown away.
//   node bench/plan-beside-snakemake.mjs [--rounds 3] [--seeds 5000]
// Needs a build and Snakemake (Debian: apt-get install --no-install-recommends snakemake).
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isProgram, printComparison, sideBySide } from './side-by-side.mjs';

const program = (seeds) => `import { glyphs } from "std/datasets"
import { idfd } from "std/representation"
import { kmeans } from "std/clustering"
import { scores, mean_std } from "std/metrics"
pipeline sweep() {
  data = glyphs(count: 100)
  learned = idfd(data.images)
  each = for seed in [${seeds.join(', ')}] {
    groups = kmeans(learned.features, k: 10, seed: seed)
    yield scores(groups, data.labels)
  }
  output all = mean_std(each)
}
`;

const snakefile = (count) => `SEEDS = range(${count})
rule all:
    input: "mean.json"
rule data:
    output: "images.npy", "labels.npy"
    shell: "false"
rule learned:
    input: "images.npy"
    output: "features.npy"
    shell: "false"
rule kmeans:
    input: "features.npy"
    output: "groups/{seed}.npy"
    shell: "false"
rule scores:
    input: "groups/{seed}.npy", "labels.npy"
    output: "scores/{seed}.json"
    shell: "false"
rule mean:
    input: expand("scores/{seed}.json", seed=SEEDS)
    output: "mean.json"
    shell: "false"
`;

/** Seconds and peak memory of a whole process. */
function timed(command, args, cwd) {
  const started = performance.now();
  const { status, stderr } = spawnSync('/usr/bin/time', ['-f', 'peak %M', command, ...args], {
    ...{ cwd, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'], maxBuffer: 1 << 26 },
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr.slice(-500)}`);
  return {
    engine: command,
    seconds: (performance.now() - started) / 1000,
    peak_mib: Number(/^peak (\d+)$/m.exec(stderr)[1]) / 1024,
  };
}

export function planBesideSnakemake(rounds, { seeds = '5000' }) {
  const version = execFileSync('snakemake', ['--version'], { encoding: 'utf8' }).trim();
  const folder = mkdtempSync(join(tmpdir(), 'pipe-bench-plan-'));
  const numbers = Array.from({ length: Number(seeds) }, (_, seed) => seed);
  writeFileSync(join(folder, 'sweep.pipe'), program(numbers));
  writeFileSync(join(folder, 'Snakefile'), snakefile(numbers.length));
  try {
    const cli = resolve('dist/cli.js');
    return sideBySide({
      name: `${(2 * numbers.length + 3).toLocaleString('en')} steps, nothing run before`,
      rounds,
      ours: () => timed(process.execPath, [cli, 'plan', 'sweep.pipe'], folder),
      peer: () => ({ ...timed('snakemake', ['-n', '--quiet'], folder), engine: `Snakemake ${version}` }),
      speed: ({ seconds }) => 1 / seconds,
      unit: 'plans/s',
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (isProgram(import.meta)) printComparison(planBesideSnakemake, { rounds: '3', seeds: '5000' });
