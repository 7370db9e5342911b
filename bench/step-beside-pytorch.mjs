// One IDFD training step beside PyTorch's, on the same threads.
//   node bench/step-beside-pytorch.mjs [--rounds 5] [--threads 2] [--model small_cnn] [--batch 128] [--size 28] [--channels 1] [--bank 10000] [--steps 20]
// Needs a build and a Python with PyTorch.
import { parseArgs } from 'node:util';
import { measure, pipe, pythonWith, sideBySide } from './side-by-side.mjs';

export const stepDefaults = {
  model: 'small_cnn',
  batch: '128',
  size: '28',
  channels: '1',
  bank: '10000',
  threads: '2',
  steps: '20',
};

export function stepBesidePytorch(rounds, settings) {
  const python = pythonWith('torch', 'python3-torch');
  const options = Object.entries({ ...stepDefaults, ...settings }).flatMap(([name, value]) => [`--${name}`, value]);
  const { model, batch, size, channels, bank, threads } = { ...stepDefaults, ...settings };
  return sideBySide({
    name: `${model}, batch ${batch}, ${size}×${size}×${channels}, bank ${Number(bank).toLocaleString('en')}, threads ${threads}`,
    rounds,
    ours: () => pipe('train-step', ...options),
    peer: () => measure(python, ['bench/peers/pytorch_step.py', ...options]),
    speed: (timing) => timing.images_per_s,
    unit: 'images/s',
  });
}

if (import.meta.main ?? process.argv[1] === import.meta.filename) {
  const options = Object.fromEntries(
    Object.entries({ rounds: '5', ...stepDefaults }).map(([name, value]) => [name, { type: 'string', default: value }]),
  );
  const { rounds, ...settings } = parseArgs({ options }).values;
  console.log(JSON.stringify(stepBesidePytorch(Number(rounds), settings)));
}
