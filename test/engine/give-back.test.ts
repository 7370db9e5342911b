import { expect, it } from 'vitest';
import { giveBack } from '../../src/engine/runtime/give-back.ts';

it('takes the memory of arrays at once, also of several that share it, and leaves the others', () => {
  const kept = new Float32Array(8).fill(1);
  const gone = new Float32Array(1 << 20).fill(1);
  const before = process.memoryUsage().arrayBuffers;
  giveBack([gone, gone.subarray(3)]);
  expect(gone.length).toBe(0);
  expect(process.memoryUsage().arrayBuffers).toBeLessThanOrEqual(before - (4 << 20));
  expect(kept).toEqual(new Float32Array(8).fill(1));
  expect(() => giveBack([])).not.toThrow();
});
