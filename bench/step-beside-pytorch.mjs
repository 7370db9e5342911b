// One IDFD training step beside PyTorch's, on the same threads in the same minute: the two take turns, and the ratio of each pair counts.
//   npm run bench -- [--rounds 5] [--threads 2] [--model small_cnn] [--batch 128] [--size 28] [--channels 1] [--bank 10000]
// Needs a Python with PyTorch: PYTHON=/path/to/python3, else /usr/bin/python3 or python3 (Debian: apt-get install python3-torch).
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    threads: { type: 'string', default: '2' },
    model: { type: 'string', default: 'small_cnn' },
    batch: { type: 'string', default: '128' },
    size: { type: 'string', default: '28' },
    channels: { type: 'string', default: '1' },
    bank: { type: 'string', default: '10000' },
    steps: { type: 'string', default: '20' },
  },
});

const python = [process.env.PYTHON, '/usr/bin/python3', 'python3'].find((candidate) => {
  if (!candidate) return false;
  try {
    execFileSync(candidate, ['-c', 'import torch'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});
if (python === undefined) {
  console.error(
    'no Python with PyTorch found: set PYTHON, or install it (Debian: apt-get install --no-install-recommends python3-torch)',
  );
  process.exit(2);
}

const shared = ['model', 'batch', 'size', 'channels', 'bank', 'threads', 'steps'].flatMap((name) => [
  `--${name}`,
  values[name],
]);
const measure = (command, args) => JSON.parse(execFileSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 20 }));
const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];

const rounds = [];
for (let round = 0; round < Number(values.rounds); round += 1) {
  const peer = measure(python, ['bench/peers/pytorch_step.py', ...shared]);
  const ours = measure(process.execPath, ['dist/cli.js', 'bench', 'train-step', '--json', ...shared]);
  rounds.push({ ours, peer, ratio: ours.images_per_s / peer.images_per_s });
  console.error(
    `round ${round + 1}: pipe ${ours.images_per_s} images/s, ${peer.engine} ${peer.images_per_s} images/s, ratio ${rounds.at(-1).ratio.toFixed(2)}`,
  );
}
const ratios = rounds.map(({ ratio }) => ratio);
console.log(
  JSON.stringify({
    ...Object.fromEntries(
      ['model', 'batch', 'size', 'channels', 'bank', 'threads'].map((name) => [name, rounds[0].ours[name]]),
    ),
    peer: rounds[0].peer.engine,
    rounds: rounds.length,
    images_per_s: median(rounds.map(({ ours }) => ours.images_per_s)),
    peer_images_per_s: median(rounds.map(({ peer }) => peer.images_per_s)),
    ratio: Number(median(ratios).toFixed(3)),
    ratio_min: Number(Math.min(...ratios).toFixed(3)),
    ratio_max: Number(Math.max(...ratios).toFixed(3)),
  }),
);
