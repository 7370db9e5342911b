// Decoding beside Pillow's in as many processes, on the same files in the same minute: the two take turns, and the ratio of each pair counts.
//   node bench/decode-beside-pillow.mjs [--rounds 5] [--threads 2] [--files 10000] [--size 96] [--pixels 500x400] [--format jpeg]
// Needs a build (npm run build) and a Python with Pillow: PYTHON=/path/to/python3, else /usr/bin/python3 or python3 (Debian: apt-get install python3-pil).
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    threads: { type: 'string', default: '2' },
    files: { type: 'string', default: '10000' },
    size: { type: 'string', default: '96' },
    pixels: { type: 'string' },
    format: { type: 'string', default: 'jpeg' },
  },
});

const python = [process.env.PYTHON, '/usr/bin/python3', 'python3'].find((candidate) => {
  if (!candidate) return false;
  try {
    execFileSync(candidate, ['-c', 'import PIL'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});
if (python === undefined) {
  console.error('no Python with Pillow found: set PYTHON, or install it (Debian: apt-get install python3-pil)');
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'pipe-bench-decode-'));
const shared = [
  ...['threads', 'files', 'size', 'format'].flatMap((name) => [`--${name}`, values[name]]),
  ...(values.pixels === undefined ? [] : ['--pixels', values.pixels]),
  ...['--folder', folder],
];
const measure = (command, args) => JSON.parse(execFileSync(command, args, { encoding: 'utf8' }));
const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];

try {
  const ours = () => measure(process.execPath, ['dist/cli.js', 'bench', 'decode', '--json', ...shared]);
  // The first round makes the files, and is not counted.
  ours();
  const rounds = [];
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const peer = measure(python, ['bench/peers/pillow_decode.py', ...shared]);
    const mine = ours();
    rounds.push({ mine, peer, ratio: mine.images_per_s / peer.images_per_s });
    console.error(
      `round ${round + 1}: pipe ${mine.images_per_s} images/s, ${peer.engine} ${peer.images_per_s} images/s, ratio ${rounds.at(-1).ratio.toFixed(2)}`,
    );
  }
  const ratios = rounds.map(({ ratio }) => ratio);
  const of = (pick) => median(rounds.map(pick));
  const { files, size, width, height, format, threads } = rounds[0].mine;
  console.log(
    JSON.stringify({
      ...{ files, size, width, height, format, threads, peer: rounds[0].peer.engine, rounds: rounds.length },
      images_per_s: of(({ mine }) => mine.images_per_s),
      peer_images_per_s: of(({ peer }) => peer.images_per_s),
      ratio: Number(of(({ ratio }) => ratio).toFixed(3)),
      ratio_min: Number(Math.min(...ratios).toFixed(3)),
      ratio_max: Number(Math.max(...ratios).toFixed(3)),
      peak_mb: of(({ mine }) => mine.peak_mb),
      peer_peak_mb: of(({ peer }) => peer.peak_mb),
    }),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
