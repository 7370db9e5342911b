import { describe, expect, test } from 'vitest';
import type { FeatureRows } from '../../../src/engine/cluster/points.ts';
import { nearestNeighbours } from '../../../src/engine/neighbours/nearest-neighbours.ts';
import { randomKey, RandomStream } from '../../../src/random/random.ts';
import { blobs } from '../../stages/cluster/blobs.ts';

/** All distances in float64, sorted; equal ones by index, the row itself first. */
function bySorting(
  { count, dimension, data }: FeatureRows,
  row: number,
): { readonly j: number; readonly square: number }[] {
  return Array.from({ length: count }, (_, j) => {
    let square = 0;
    for (let d = 0; d < dimension; d += 1) square += (data[row * dimension + d]! - data[j * dimension + d]!) ** 2;
    return { j, square };
  }).sort((a, b) => Number(b.j === row) - Number(a.j === row) || a.square - b.square || a.j - b.j);
}

async function expectAllRight(rows: FeatureRows, k: number): Promise<void> {
  const { indices, distances } = await nearestNeighbours(rows, { k, threads: 1 });
  for (let row = 0; row < rows.count; row += 1) {
    const expected = bySorting(rows, row).slice(0, k);
    expect([...indices.subarray(row * k, (row + 1) * k)]).toEqual(expected.map(({ j }) => j));
    expected.forEach(({ square }, at) => expect(distances[row * k + at]).toBeCloseTo(Math.sqrt(square), 12));
  }
}

describe('nearestNeighbours', () => {
  test('are those that sorting all distances gives, the row itself first', async () => {
    await expectAllRight(blobs(600, 7, 4, 0.5, 1), 9);
    await expectAllRight(blobs(50, 3, 4, 0.5, 2), 50);
    await expectAllRight(blobs(40, 30, 4, 0.5, 3), 1);
  });

  test('are right where float32 products cannot tell rows apart', async () => {
    const random = new RandomStream(randomKey(0, 'near'));
    // Two far groups; within one, distances are below the rounding of the products.
    const data = Float32Array.from({ length: 300 * 5 }, (_, at) => {
      return (Math.floor(at / 5) % 2 === 0 ? 500 : -500) + 0.01 * random.normal();
    });
    await expectAllRight({ count: 300, dimension: 5, data }, 6);
  });

  test('more equal rows than neighbours: the first ones, at distance zero', async () => {
    const rows = blobs(60, 4, 3, 0.5, 4);
    for (let row = 20; row < 60; row += 1) rows.data.set(rows.data.subarray(0, 4), 4 * row);
    await expectAllRight(rows, 5);
    await expectAllRight({ count: 30, dimension: 2, data: new Float32Array(60).fill(0.3) }, 3);
  });

  test('do not depend on the number of threads', async () => {
    const rows = blobs(700, 60, 9, 1, 5);
    const one = await nearestNeighbours(rows, { k: 15, threads: 1 });
    for (const threads of [2, 3]) expect(await nearestNeighbours(rows, { k: 15, threads })).toEqual(one);
  });

  test('more neighbours than rows are refused', async () => {
    await expect(nearestNeighbours(blobs(5, 2, 2, 1), { k: 6, threads: 1 })).rejects.toThrow('6 neighbours');
  });
});
