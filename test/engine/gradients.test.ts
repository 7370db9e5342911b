// The gradient of a whole step, through every layer and loss: along a random direction of each variable, what backpropagation says is the slope
// that finite differences find.
import { expect, it } from 'vitest';
import { sgd } from '../../src/engine/optim/optimizer.ts';
import { compileStep } from '../../src/engine/runtime/compile.ts';
import type { TensorData } from '../../src/engine/runtime/session.ts';
import { randomKey, RandomStream } from '../../src/random/random.ts';
import { methods, networks, wholeStep, type Method, type Network } from './whole-steps.ts';

const cases = (Object.keys(methods) as Method[]).flatMap((method) =>
  (Object.keys(networks) as Network[]).map((network) => [method, network] as const),
);

it.each(cases)('%s on %s', async (method, network) => {
  // One step of plain gradient descent at rate 1: what a variable loses is its gradient.
  const { step, signature, state, inputs } = wholeStep(method, network, sgd(0, 0));
  const start: Record<string, TensorData> = { ...inputs, learningRate: { data: Float32Array.of(1), shape: [] } };
  for (const [name, { shape, role }] of Object.entries(state))
    if (role !== 'value') start[name] = { data: new Float32Array(start[name]!.data.length), shape };
  const compiled = await compileStep(step, signature, { name: 'gradient', engine: 'cpu', threads: 1 });
  const after = await compiled.run(start);
  const lossAt = async (name: string, data: Float32Array): Promise<number> =>
    (await compiled.run({ ...start, [name]: { ...start[name]!, data } })).loss!.data[0]!;

  const trained = Object.keys(state).filter((name) =>
    Object.values(state).some((slot) => slot.variable === name && slot.role !== 'value'),
  );
  expect(trained.length).toBeGreaterThan(5);
  // Larger steps meet more kinks of the ReLUs, smaller ones drown in float32; a wrong factor or a missing term is more than a tenth.
  const by = 2e-3;
  for (const name of trained) {
    const value = start[name]!.data as Float32Array;
    const gradient = value.map((before, i) => before - after[name]!.data[i]!);
    const random = new RandomStream(randomKey(4, name));
    const raw = value.map(() => random.normal());
    const length = Math.sqrt(raw.reduce((sum, one) => sum + one * one, 0));
    const direction = raw.map((one) => one / length);
    const slope = gradient.reduce((sum, one, i) => sum + one * direction[i]!, 0);
    const moved = (sign: number) => value.map((one, i) => one + sign * by * direction[i]!);
    const difference = ((await lossAt(name, moved(1))) - (await lossAt(name, moved(-1)))) / (2 * by);
    expect
      .soft(Math.abs(slope - difference), `${name}: ${slope} and ${difference}`)
      .toBeLessThan(0.1 * Math.max(0.04, Math.abs(slope)));
  }
  await compiled.close();
});
