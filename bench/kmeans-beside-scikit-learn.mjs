// k-means beside scikit-learn's, on the same rows and threads.
//   node bench/kmeans-beside-scikit-learn.mjs [--rounds 3] [--threads 2] [--rows 60000] [--dim 128] [--k 10] [--restarts 20] [--spread 1]
// Needs a build and a Python with scikit-learn.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isProgram, measure, pipe, printComparison, pythonWith, sideBySide } from './side-by-side.mjs';

export const kmeansDefaults = { rows: '60000', dim: '128', k: '10', restarts: '20', threads: '2' };

export function kmeansBesideScikitLearn(rounds, { spread = '1', ...settings }) {
  const python = pythonWith('sklearn', 'python3-sklearn');
  const { rows, dim, k, restarts, threads } = { ...kmeansDefaults, ...settings };
  const options = Object.entries({ rows, dim, k, restarts, threads }).flatMap(([name, value]) => [`--${name}`, value]);
  const folder = mkdtempSync(join(tmpdir(), 'pipe-bench-kmeans-'));
  const data = join(folder, 'rows.bin');
  try {
    const ours = () => pipe('kmeans', '--spread', spread, '--save', data, ...options);
    // The first run makes the rows, and is not counted.
    ours();
    const summary = sideBySide({
      name: `${Number(rows).toLocaleString('en')} × ${dim}, k ${k}, ${restarts} restarts, spread ${spread}, threads ${threads}`,
      rounds,
      ours,
      peer: () => measure(python, ['bench/peers/sklearn_kmeans.py', '--data', data, ...options]),
      speed: ({ seconds }) => 1 / seconds,
      unit: 'runs/s',
    });
    const { own, theirs } = summary.pairs[0];
    return { ...summary, inertia_difference: own.inertia / theirs.inertia - 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (isProgram(import.meta)) printComparison(kmeansBesideScikitLearn, { rounds: '3', spread: '1', ...kmeansDefaults });
