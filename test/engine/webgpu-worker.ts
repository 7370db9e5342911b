// One training step on the CPU and on WebGPU from the same random state; prints how far apart they are. Run by webgpu.test.ts.
import { backbones } from '../../src/engine/nn/backbones.ts';
import { initialise } from '../../src/engine/nn/initialise.ts';
import { sgd } from '../../src/engine/optim/optimizer.ts';
import { compileStep } from '../../src/engine/runtime/compile.ts';
import { instanceStep } from '../../src/engine/train/instance-step.ts';
import { randomKey } from '../../src/random/random.ts';
import { largestDifference, randomInputs } from './difference.ts';

const encoder = backbones.conv4_half(16)([28, 28, 1]);
const { step, signature, state } = instanceStep({
  encoder,
  image: [28, 28, 1],
  batch: 8,
  rows: 40,
  temperature: 0.5,
  decorrelationTemperature: 2,
  decorrelationWeight: 1,
  optimizer: sgd(0.9, 5e-4),
  ...(process.argv[2] === 'cidfd' ? { discard: { dimension: 6, temperature: 0.1 } } : {}),
});
const start = initialise(encoder.variables, randomKey(2));
const inputs = randomInputs(signature);
for (const [name, { shape, role }] of Object.entries(state))
  if (role === 'value') inputs[name] = { data: start[name]!, shape };

const results = [];
for (const engine of ['cpu', 'webgpu']) {
  const compiled = await compileStep(step, signature, { name: 'step', engine, threads: 1 });
  results.push(await compiled.run(inputs));
}
const [cpu, gpu] = results;
process.stdout.write(JSON.stringify({ worst: largestDifference(cpu!, gpu!), outputs: Object.keys(cpu!).length }));
// Dawn's threads would keep the process alive.
process.exit(0);
