// Everything that has a peer, beside it: the table between the two marks in docs/benchmarks.md is written anew. What it took is on standard error.
//   npm run bench -- [--rounds 3] [--only step|kmeans|umap|decode|plan]
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { decodeBesidePillow } from './decode-beside-pillow.mjs';
import { kmeansBesideScikitLearn } from './kmeans-beside-scikit-learn.mjs';
import { planBesideSnakemake } from './plan-beside-snakemake.mjs';
import { stepBesidePytorch } from './step-beside-pytorch.mjs';
import { umapBesideUmapLearn } from './umap-beside-umap-learn.mjs';

const PAGE = 'docs/benchmarks.md';
const [BEGIN, END] = ['<!-- measured: npm run bench -->', '<!-- end of what npm run bench measured -->'];
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '3' }, only: { type: 'string' } } });
const rounds = Number(values.rounds);

const step = (settings) => () => ({ what: 'training step', ...stepBesidePytorch(rounds, settings) });
const kmeans = (settings) => () => ({ what: 'k-means', ...kmeansBesideScikitLearn(rounds, settings) });
const umap = (settings) => () => ({ what: 'UMAP', ...umapBesideUmapLearn(rounds, settings) });
const plan = (settings) => () => ({ what: 'planning', ...planBesideSnakemake(rounds, settings) });
const decode = (settings) => () => ({ what: 'decoding', ...decodeBesidePillow(rounds, settings) });

const comparisons = {
  step: [
    step({}),
    step({ threads: '1' }),
    step({ bank: '60000', steps: '8' }),
    step({ model: 'resnet18', batch: '64', steps: '5' }),
    step({ model: 'resnet18', batch: '64', steps: '4', threads: '1' }),
    step({ model: 'resnet18', batch: '64', steps: '5', size: '32', channels: '3' }),
  ],
  kmeans: [kmeans({}), kmeans({ threads: '1' }), kmeans({ spread: '4' })],
  umap: [umap({})],
  decode: [
    decode({ size: '32', files: '20000' }),
    decode({ size: '96' }),
    decode({ size: '224', pixels: '500x400', files: '400' }),
  ],
  plan: [plan({})],
};

const wanted = values.only === undefined ? Object.values(comparisons).flat() : comparisons[values.only];
if (wanted === undefined) {
  console.error(`--only takes ${Object.keys(comparisons).join(', ')}`);
  process.exit(2);
}
const rows = wanted.map((compare) => compare());
for (const { pairs: _, ...row } of rows) console.log(JSON.stringify(row));

// A part of the comparisons does not stand for all: the page keeps the whole table.
if (values.only === undefined) {
  const table = [
    `Measured on ${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores of ${cpus()[0].model.trim()}, Node.js ${process.versions.node}, ${rounds} rounds.`,
    '',
    '| What | Settings | pipe | Peer | Ratio (smallest to largest) | Memory, MiB | Memory ratio |',
    '|---|---|---|---|---|---|---|',
    ...rows.map(
      (row) =>
        `| ${row.what} | ${row.name} | ${row.ours} ${row.unit} | ${row.peer}: ${row.theirs} | **${row.ratio}** (${row.ratio_min} to ${row.ratio_max}) | ${row.peak_mib}, peer ${row.peer_peak_mib} | ${row.memory_ratio} |`,
    ),
  ];
  const page = readFileSync(PAGE, 'utf8');
  const [before, after] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (before < 0 || after < before) throw new Error(`${PAGE} lacks the marks ${BEGIN} and ${END}`);
  writeFileSync(PAGE, `${page.slice(0, before + BEGIN.length)}\n\n${table.join('\n')}\n\n${page.slice(after)}`);
  console.error(`written to ${PAGE}`);
}
