// The digest of a recorded step: equal for what is recorded twice, another for whatever lowering could tell apart.
import { describe, expect, it } from 'vitest';
import * as tf from '../../src/engine/tensor.ts';
import { trace } from '../../src/engine/trace/backend.ts';
import { traceDigest } from '../../src/engine/trace/trace-digest.ts';
import type { Step, StepSignature } from '../../src/engine/runtime/step.ts';
import { wholeSteps } from './whole-steps.ts';

const vector = { shape: [4], dtype: 'float32' as const };
const digest = (step: Step, signature: StepSignature = { a: vector, b: vector }): string =>
  traceDigest(trace(step, signature));

const sum: Step = ({ a, b }) => ({ y: tf.add(a!, b!) });

/** Steps that differ in one thing from their neighbour or from `sum`. */
const different: Readonly<Record<string, () => string>> = {
  sum: () => digest(sum),
  'another kernel': () => digest(({ a, b }) => ({ y: tf.sub(a!, b!) })),
  'operands in another order': () => digest(({ a, b }) => ({ y: tf.add(b!, a!) })),
  'another shape': () => digest(sum, { a: { ...vector, shape: [5] }, b: { ...vector, shape: [5] } }),
  'another type': () => digest(sum, { a: { ...vector, dtype: 'int32' }, b: { ...vector, dtype: 'int32' } }),
  'inputs in another order': () => digest(sum, { b: vector, a: vector }),
  'another name of an output': () => digest(({ a, b }) => ({ z: tf.add(a!, b!) })),
  'two outputs': () => digest(({ a, b }) => ({ y: tf.add(a!, b!), z: tf.sub(a!, b!) })),
  'two outputs in another order': () =>
    digest(({ a, b }) => {
      const y = tf.add(a!, b!);
      return { z: tf.sub(a!, b!), y };
    }),
  ...Object.fromEntries(
    [0, 1].map((axis) => [
      `the attribute axis ${axis}`,
      () => digest(({ a }) => ({ y: tf.sum(a!, axis) }), { a: { ...vector, shape: [2, 2] } }),
    ]),
  ),
  ...Object.fromEntries(
    [0, -0, 1, 1 + 2 ** -23, Infinity, -Infinity, NaN].map((value) => [
      `a constant ${Object.is(value, -0) ? '-0' : value}`,
      () => digest(({ a }) => ({ y: tf.mul(a!, tf.fill([4], value)) })),
    ]),
  ),
  ...Object.fromEntries(
    [0, -0, 7].map((value) => [
      `a list of constants with ${Object.is(value, -0) ? '-0' : value}`,
      () => digest(({ a }) => ({ y: tf.mul(a!, tf.tensor1d([1, 2, 3, value])) })),
    ]),
  ),
};

describe('the digest of a trace', () => {
  it('tells steps apart by whatever differs', () => {
    const found = Object.entries(different).map(([name, make]) => [make(), name] as const);
    expect(new Map(found).size, 'distinct digests').toBe(found.length);
  });

  it('is the same whenever the same is recorded', () => {
    for (const make of Object.values(different)) expect(make()).toBe(make());
    const [one, other] = [0, 1].map(() => wholeSteps['idfd with views, narrow ResNet']!());
    expect(digest(one!.step, one!.signature)).toBe(digest(other!.step, other!.signature));
  });
});
