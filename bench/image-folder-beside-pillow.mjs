// The stage image_folder, in a worker as a run starts it, beside Pillow in as many processes; both read the same files and write one file of pixels.
//   node bench/image-folder-beside-pillow.mjs [--rounds 3] [--threads 2] [--files 50000] [--size 32] [--pixels 500x400]
// Needs a build, a Python with Pillow, and Linux: peak memory is what /proc says of the process (VmHWM).
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measure, pythonWith } from './side-by-side.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    threads: { type: 'string', default: '2' },
    files: { type: 'string', default: '50000' },
    size: { type: 'string', default: '32' },
    pixels: { type: 'string' },
  },
});
const [rounds, threads, files, size] = [values.rounds, values.threads, values.files, values.size].map(Number);
const shared = ['--files', values.files, '--size', values.size, '--threads', values.threads];
if (values.pixels !== undefined) shared.push('--pixels', values.pixels);

const python = pythonWith('PIL', 'python3-pil');
const place = mkdtempSync(join(tmpdir(), 'pipe-bench-image-folder-'));
const images = join(place, 'images');

/** Runs the stage as one step; resolves to its speed and its peak memory. */
async function ours() {
  const outputFolder = join(place, 'outputs');
  rmSync(outputFolder, { recursive: true, force: true });
  mkdirSync(outputFolder);
  const kinds = { images: 'Images', labels: 'Labels', manifest: 'Manifest' };
  const task = {
    ...{
      format: 1,
      step: 'data',
      stage: 'std/datasets.image_folder',
      inputs: {},
      threads,
      engine: 'cpu',
      command: null,
      module: null,
    },
    parameters: {
      ...{ folder: images, count: files, classes: 1, height: size, width: size, channels: 3 },
      ...{ fit: 'crop', shorter_side: null, subset: [] },
    },
    outputs: Object.entries(kinds).map(([name, kind]) => ({ name, kind, type: kind })),
    ...{ dataFolder: null, downloadFolder: place, checkpoint: join(place, 'checkpoint'), outputFolder },
    ...{ provenance: null, supervised: false, checkpointEvery: 20 },
  };
  const file = join(place, 'task.json');
  writeFileSync(file, JSON.stringify(task));
  const start = performance.now();
  const worker = spawn(process.execPath, ['dist/stage-worker.js', file], { stdio: ['ignore', 'ignore', 'inherit'] });
  let peak = 0;
  const look = setInterval(() => {
    try {
      peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${worker.pid}/status`, 'utf8'))?.[1] ?? peak);
    } catch {
      // It has just ended.
    }
  }, 10);
  const code = await new Promise((resolve) => worker.on('exit', resolve));
  clearInterval(look);
  if (code !== 0) throw new Error(`the stage ended with ${code}`);
  return { images_per_s: files / ((performance.now() - start) / 1000), peak_mib: peak / 1024 };
}

const theirs = () => {
  const out = join(place, 'pillow.raw');
  const timing = measure(python, ['bench/peers/pillow_decode.py', '--folder', images, ...shared, '--out', out]);
  rmSync(out);
  return { images_per_s: timing.images_per_s, peak_mib: timing.peak_mb / 1.048576, engine: timing.engine };
};

try {
  // Makes the files, and is not counted.
  execFileSync(process.execPath, ['dist/cli.js', 'bench', 'decode', ...shared, '--folder', images], {
    stdio: 'ignore',
  });
  const pairs = [];
  for (let round = 0; round < rounds; round += 1) {
    const [own, peer] = [await ours(), theirs()];
    pairs.push({ own, peer, ratio: own.images_per_s / peer.images_per_s });
    console.error(
      `round ${round + 1}: pipe ${own.images_per_s.toFixed(0)} images/s, ${own.peak_mib.toFixed(0)} MiB; ` +
        `${peer.engine} ${peer.images_per_s.toFixed(0)} images/s, ${peer.peak_mib.toFixed(0)} MiB; ratio ${pairs.at(-1).ratio.toFixed(2)}`,
    );
  }
  console.log(JSON.stringify({ files, size, threads, pairs }));
} finally {
  rmSync(place, { recursive: true, force: true });
}
