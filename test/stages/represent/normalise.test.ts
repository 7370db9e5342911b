import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Features } from '../../../src/artifacts/artifact.ts';
import { normalise } from '../../../src/stages/represent/normalise.ts';
import { runStage } from '../run-stage.ts';

test('rows have length 1 and their old direction; a row of zeros stays', async () => {
  const value = fc.float({ noNaN: true, noDefaultInfinity: true });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(value, value, value), { maxLength: 4 }), async (rows) => {
      const features: Features = { count: rows.length, dimension: 3, data: Float32Array.from(rows.flat()) };
      const { data } = (await runStage(normalise, { inputs: { features } })).outputs['features'] as Features;
      rows.forEach((row, at) => {
        const scaled = [...data.subarray(3 * at, 3 * at + 3)];
        const length = Math.hypot(...row);
        expect(Math.hypot(...scaled)).toBeCloseTo(length === 0 ? 0 : 1, 5);
        if (length > 0) row.forEach((one, index) => expect(scaled[index]).toBeCloseTo(one / length, 5));
      });
    }),
  );
});
