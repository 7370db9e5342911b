// Weights for large networks in no time: the spread that they start with, but from a small pool of random numbers, over and over.
import type { Module } from '../../src/engine/nn/module.ts';
import type { Values } from '../../src/engine/nn/initialise.ts';
import { randomKey, RandomStream } from '../../src/random/random.ts';

/** Values for every variable; the running statistics and the parameters of batch norms differ from where they start. */
export function pooledValues({ variables }: Pick<Module, 'variables'>): Values {
  const random = new RandomStream(randomKey(8));
  // A prime, so that no two filters begin with the same numbers.
  const pool = Float32Array.from({ length: 65_537 }, () => random.normal());
  let at = 0;
  return Object.fromEntries(
    Object.entries(variables).map(([name, { shape, start }]) => {
      const values = new Float32Array(shape.reduce((all, size) => all * size, 1));
      const spread = 'fan' in start ? Math.sqrt((start.kind === 'kaiming' ? 2 : 1 / 3) / start.fan) : 0.1;
      const middle = start.kind === 'ones' ? 1 : 0;
      for (let i = 0; i < values.length; i += 1) {
        values[i] = middle + spread * pool[at]!;
        at = at === pool.length - 1 ? 0 : at + 1;
      }
      return [name, values];
    }),
  );
}
