// One IDFD training step beside PyTorch's, on the same threads.
//   node bench/step-beside-pytorch.mjs [--rounds 5] [--threads 2] [--model small_cnn] [--batch 128] [--size 28] [--channels 1] [--bank 10000] [--steps 20]
// Needs a build and a Python with PyTorch.
import { isProgram, measure, pipe, printComparison, pythonWith, sideBySide } from './side-by-side.mjs';

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

if (isProgram(import.meta)) printComparison(stepBesidePytorch, { rounds: '5', ...stepDefaults });
