// Starting values of variables, drawn on the host from a key and the variable's name: independent of order and of engine.
import { foldIn, RandomStream, type RandomKey } from '../../random/random.ts';
import type { VariableSpec } from './module.ts';

/** One float32 array a variable, by name. */
export type Values = Record<string, Float32Array>;

export function initialise(variables: Readonly<Record<string, VariableSpec>>, key: RandomKey): Values {
  return Object.fromEntries(
    Object.entries(variables).map(([name, { shape, start }]) => {
      const values = new Float32Array(shape.reduce((all, size) => all * size, 1));
      const stream = new RandomStream(foldIn(key, name));
      switch (start.kind) {
        case 'zeros':
          break;
        case 'ones':
          values.fill(1);
          break;
        case 'kaiming':
          for (let i = 0; i < values.length; i += 1) values[i] = stream.normal() * Math.sqrt(2 / start.fan);
          break;
        case 'normal':
          for (let i = 0; i < values.length; i += 1) values[i] = stream.normal() * start.deviation;
          break;
        case 'uniform':
          for (let i = 0; i < values.length; i += 1) values[i] = stream.uniform(-1, 1) / Math.sqrt(start.fan);
          break;
      }
      return [name, values];
    }),
  );
}
