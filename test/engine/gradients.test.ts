// The gradient of a whole step, through every layer and loss: along random directions of each variable, what backpropagation says is the slope
// that finite differences find, but for the kinks of the ReLUs.
import { expect, it } from 'vitest';
import { sgd } from '../../src/engine/optim/optimizer.ts';
import { compileStep } from '../../src/engine/runtime/compile.ts';
import type { TensorData } from '../../src/engine/runtime/session.ts';
import { randomKey, RandomStream } from '../../src/random/random.ts';
import {
  contrastWholeStep,
  methods,
  networks,
  wholeStep,
  type Method,
  type Network,
  type WholeStep,
} from './whole-steps.ts';

const cases = (Object.keys(methods) as Method[]).flatMap((method) =>
  (Object.keys(networks) as Network[]).map((network) => [method, network] as const),
);

/** Larger steps meet more kinks of the ReLUs, smaller ones drown in float32. */
const STEP = 2e-3;
const DIRECTIONS = 6;

function unitVector(random: RandomStream, length: number): Float32Array {
  const vector = Float32Array.from({ length }, () => random.normal());
  const norm = Math.sqrt(vector.reduce((sum, one) => sum + one * one, 0));
  return vector.map((one) => one / norm);
}

const steps: readonly (readonly [string, () => WholeStep])[] = [
  ...cases.map(
    ([method, network]) => [`${method} on ${network}`, () => wholeStep(method, network, sgd(0, 0))] as const,
  ),
  ['cdc on small_cnn', () => contrastWholeStep(sgd(0, 0), { keyMomentum: 1 })],
];

it.each(steps)('%s', async (_, make) => {
  // One step of plain gradient descent at rate 1: what a variable loses is its gradient.
  const { step, signature, state, inputs } = make();
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
  let [wrong, whole] = [0, 0];
  for (const name of trained) {
    const value = start[name]!.data as Float32Array;
    const gradient = value.map((before, i) => before - after[name]!.data[i]!);
    const random = new RandomStream(randomKey(4, name));
    let [apart, norm] = [0, 0];
    for (let one = 0; one < DIRECTIONS; one += 1) {
      const direction = unitVector(random, value.length);
      const slope = gradient.reduce((sum, part, i) => sum + part * direction[i]!, 0);
      const moved = (by: number) => value.map((part, i) => part + by * direction[i]!);
      const difference = ((await lossAt(name, moved(STEP))) - (await lossAt(name, moved(-STEP)))) / (2 * STEP);
      apart += (slope - difference) ** 2;
      norm += slope ** 2;
    }
    expect.soft(Math.sqrt(apart / norm), name).toBeLessThan(0.2);
    [wrong, whole] = [wrong + apart, whole + norm];
  }
  expect(Math.sqrt(wrong / whole)).toBeLessThan(0.05);
  await compiled.close();
});
