// Rows of length 1. In: features; out: the same directions. A row of zeros has none, and stays.
import type { Features } from '../../artifacts/artifact.ts';
import { implementStage, type StageContext } from '../../stage/stage.ts';

export const normalise = implementStage({
  parameters: { type: 'object', properties: {}, additionalProperties: false },
  outputs: { features: 'Features' },
  async run(context: StageContext<object, { readonly features: Features }>) {
    const { count, dimension, data } = context.inputs.features;
    const scaled = new Float32Array(data.length);
    for (let row = 0; row < count; row += 1) {
      const [from, to] = [row * dimension, (row + 1) * dimension];
      // Scaled by the largest first, so that no square overflows or vanishes.
      const largest = data.subarray(from, to).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      if (largest === 0) continue;
      let sum = 0;
      for (let at = from; at < to; at += 1) sum += (data[at]! / largest) ** 2;
      const length = Math.sqrt(sum);
      for (let at = from; at < to; at += 1) scaled[at] = data[at]! / largest / length;
    }
    return { features: { count, dimension, data: scaled } };
  },
});
