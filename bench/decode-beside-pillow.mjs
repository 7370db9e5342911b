// Decoding beside Pillow's in as many processes, on the same files.
//   node bench/decode-beside-pillow.mjs [--rounds 5] [--threads 2] [--files 10000] [--size 96] [--pixels 500x400] [--format jpeg]
// Needs a build and a Python with Pillow.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isProgram, measure, pipe, printComparison, pythonWith, sideBySide } from './side-by-side.mjs';

export const decodeDefaults = { threads: '2', files: '10000', size: '96', format: 'jpeg' };

export function decodeBesidePillow(rounds, settings) {
  const python = pythonWith('PIL', 'python3-pil');
  const folder = mkdtempSync(join(tmpdir(), 'pipe-bench-decode-'));
  const all = { ...decodeDefaults, ...settings, folder };
  const options = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]));
  try {
    const ours = () => pipe('decode', ...options);
    // The first run makes the files, and is not counted.
    ours();
    return sideBySide({
      name: `${Number(all.files).toLocaleString('en')} ${all.format} files of ${all.pixels ?? `${all.size}x${all.size}`} to ${all.size}×${all.size}, threads ${all.threads}`,
      rounds,
      ours,
      peer: () => measure(python, ['bench/peers/pillow_decode.py', ...options]),
      speed: (timing) => timing.images_per_s,
      unit: 'images/s',
      memory: ({ peak_mb }) => peak_mb / 1.048576,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (isProgram(import.meta)) printComparison(decodeBesidePillow, { rounds: '5', ...decodeDefaults }, ['pixels']);
