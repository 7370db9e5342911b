import { describe, expect, test } from 'vitest';
import { principalPlane } from '../../../src/engine/umap/principal-plane.ts';
import { randomKey, RandomStream } from '../../../src/random/random.ts';

describe('principalPlane', () => {
  // With many rows the directions are those of some of them.
  test.each([500, 23_456])('holds the two widest directions of %d rows', (count) => {
    const random = new RandomStream(randomKey(0));
    const widths = [0.1, 3, 0.2, 1];
    const rows = Float32Array.from({ length: 4 * count }, (_, at) => 7 + widths[at % 4]! * random.normal());
    const plane = principalPlane({ count, dimension: 4, data: rows }, random);
    const column = (from: ArrayLike<number>, step: number, at: number) =>
      Array.from({ length: count }, (_, i) => from[step * i + at]!);
    const correlation = (a: readonly number[], b: readonly number[]) => {
      const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
      const [ma, mb] = [mean(a), mean(b)];
      const [da, db] = [a.map((value) => value - ma), b.map((value) => value - mb)];
      return da.reduce((sum, value, i) => sum + value * db[i]!, 0) / Math.hypot(...da) / Math.hypot(...db);
    };
    expect(Math.abs(correlation(column(plane, 2, 0), column(rows, 4, 1)))).toBeGreaterThan(0.99);
    expect(Math.abs(correlation(column(plane, 2, 1), column(rows, 4, 3)))).toBeGreaterThan(0.99);
  });

  test('rows that do not vary lie at the origin', () => {
    const rows = { count: 10, dimension: 3, data: new Float32Array(30).fill(2) };
    const plane = principalPlane(rows, new RandomStream(randomKey(0)));
    expect([...plane].every((value) => Math.abs(value) < 1e-6)).toBe(true);
  });
});
