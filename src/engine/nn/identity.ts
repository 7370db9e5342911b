// The input as it is: a shortcut without weights.
import type { Layer } from './module.ts';

export const identity: Layer = (shape) => ({
  variables: {},
  outputShape: shape,
  apply: (_, input) => ({ output: input, updates: {} }),
});
