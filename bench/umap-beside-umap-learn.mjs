// UMAP beside umap-learn's, on the same rows and threads.
//   node bench/umap-beside-umap-learn.mjs [--rounds 3] [--threads 2] [--rows 60000] [--dim 128] [--neighbours 15] [--spread 1]
// Needs a build and a Python with umap-learn.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isProgram, measure, pipe, printComparison, pythonWith, sideBySide } from './side-by-side.mjs';

export const umapDefaults = { rows: '60000', dim: '128', neighbours: '15', threads: '2' };

export function umapBesideUmapLearn(rounds, { spread = '1', ...settings }) {
  const python = pythonWith('umap', 'umap-learn');
  const { rows, dim, neighbours, threads } = { ...umapDefaults, ...settings };
  const options = Object.entries({ rows, dim, neighbours, threads }).flatMap(([name, value]) => [`--${name}`, value]);
  const folder = mkdtempSync(join(tmpdir(), 'pipe-bench-umap-'));
  const data = join(folder, 'rows.bin');
  try {
    const ours = () => pipe('umap', '--spread', spread, '--save', data, ...options);
    // The first run makes the rows, and is not counted.
    ours();
    return sideBySide({
      name: `${Number(rows).toLocaleString('en')} × ${dim}, ${neighbours} neighbours, threads ${threads}`,
      rounds,
      ours,
      peer: () => measure(python, ['bench/peers/umap_learn.py', '--data', data, ...options]),
      speed: ({ seconds }) => 60 / seconds,
      unit: 'maps/min',
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (isProgram(import.meta))
  printComparison(
    (...asked) => {
      const { pairs: _, ...row } = umapBesideUmapLearn(...asked);
      return row;
    },
    { rounds: '3', spread: '1', ...umapDefaults },
  );
