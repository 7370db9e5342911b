// State written over itself: only where no order of the graph could read it afterwards, and with the same result.
import { describe, expect, it } from 'vitest';
import * as tf from '../../src/engine/tensor.ts';
import { outputsInPlace } from '../../src/engine/lower/in-place.ts';
import { simplify } from '../../src/engine/lower/simplify.ts';
import { backbones } from '../../src/engine/nn/backbones.ts';
import { adam } from '../../src/engine/optim/optimizer.ts';
import { compileStep, writableState } from '../../src/engine/runtime/compile.ts';
import type { TensorData } from '../../src/engine/runtime/session.ts';
import { trace } from '../../src/engine/trace/backend.ts';
import { instanceStep } from '../../src/engine/train/instance-step.ts';
import { randomInputs } from './difference.ts';

const vector = { shape: [3], dtype: 'float32' as const };
const inPlace = (step: Parameters<typeof trace>[0], names: readonly string[]): string[] =>
  [...outputsInPlace(simplify(trace(step, Object.fromEntries(names.map((name) => [name, vector])))))].sort();

describe('an output may be written in place', () => {
  it('where the input is read on the way to it alone', () => {
    expect(inPlace(({ v, g }) => ({ v: tf.add(tf.mul(v!, 0.9), g!) }), ['v', 'g'])).toEqual(['v']);
  });
  it('not where another output reads the input', () => {
    expect(inPlace(({ v, g }) => ({ v: tf.add(v!, g!), other: tf.exp(v!) }), ['v', 'g'])).toEqual([]);
  });
  it('also where another output is made from the new value', () => {
    expect(
      inPlace(
        ({ v, w, g }) => {
          const next = tf.add(v!, g!);
          return { v: next, w: tf.sub(w!, next) };
        },
        ['v', 'w', 'g'],
      ),
    ).toEqual(['v', 'w']);
  });
  it('not where the input is an output as it stands, nor where one value has two names', () => {
    expect(inPlace(({ v, g }) => ({ v: tf.add(v!, g!), old: v! }), ['v', 'g'])).toEqual([]);
    expect(
      inPlace(
        ({ v, g }) => {
          const next = tf.add(v!, g!);
          return { v: next, copy: next };
        },
        ['v', 'g'],
      ),
    ).toEqual([]);
  });
  it('not where the last operation does not go element by element, or changes the shape', () => {
    expect(inPlace(({ v }) => ({ v: tf.softmax(v!) }), ['v'])).toEqual([]);
    expect(inPlace(({ v }) => ({ v: tf.add(tf.sum(v!), 1) }), ['v'])).toEqual([]);
  });
});

it('a training step that writes its moments in place gives the bytes of one that does not', async () => {
  const { step, signature, state } = instanceStep({
    encoder: backbones.conv4_half(16)([16, 16, 1]),
    image: [16, 16, 1],
    batch: 6,
    rows: 20,
    temperature: 0.5,
    decorrelationTemperature: 2,
    decorrelationWeight: 1,
    optimizer: adam(1e-4),
  });
  const start = randomInputs(signature);
  for (const name of Object.keys(state))
    if (name.startsWith('moment2/') || name.endsWith('variance'))
      start[name]!.data.forEach((value, i, data) => (data[i] = Math.abs(value)));
  const compiled = await compileStep(step, signature, { name: 'step', engine: 'cpu', threads: 2 });
  try {
    expect([...compiled.inPlace].filter((name) => name.startsWith('moment')).length).toBeGreaterThan(20);
    const run = async (shared: boolean): Promise<Record<string, TensorData>> => {
      const copy = ({ data, shape }: TensorData): TensorData => ({ data: data.slice(), shape });
      let current: Record<string, TensorData> = Object.fromEntries(
        Object.keys(state).map((name) => [name, copy(start[name]!)]),
      );
      let next = shared
        ? writableState(current, compiled)
        : Object.fromEntries(Object.entries(current).map(([name, tensor]) => [name, copy(tensor)]));
      for (let taken = 0; taken < 3; taken += 1) {
        await compiled.run({ ...start, ...current }, next);
        [current, next] = [next, current];
      }
      return current;
    };
    expect(await run(true)).toEqual(await run(false));
  } finally {
    await compiled.close();
  }
});
