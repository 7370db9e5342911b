import { describe, expect, test } from 'vitest';
import type { FeatureRows } from '../../../src/engine/cluster/points.ts';
import { nearestAmong, nearestNeighbours } from '../../../src/engine/neighbours/nearest-neighbours.ts';
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

describe('nearestAmong', () => {
  const expectRight = async (queries: FeatureRows, rows: FeatureRows, k: number): Promise<void> => {
    const { indices, distances } = await nearestAmong(queries, rows, { k, threads: 1 });
    const { dimension } = rows;
    for (let query = 0; query < queries.count; query += 1) {
      const expected = Array.from({ length: rows.count }, (_, j) => {
        let square = 0;
        for (let d = 0; d < dimension; d += 1)
          square += (queries.data[query * dimension + d]! - rows.data[j * dimension + d]!) ** 2;
        return { j, square };
      })
        .sort((a, b) => a.square - b.square || a.j - b.j)
        .slice(0, k);
      expect([...indices.subarray(query * k, (query + 1) * k)]).toEqual(expected.map(({ j }) => j));
      expected.forEach(({ square }, at) => expect(distances[query * k + at]).toBeCloseTo(Math.sqrt(square), 12));
    }
  };

  test('are those of the other set that sorting all distances gives', async () => {
    await expectRight(blobs(70, 7, 4, 0.5, 1), blobs(600, 7, 4, 0.5, 2), 9);
    await expectRight(blobs(300, 3, 4, 0.5, 3), blobs(20, 3, 4, 0.5, 4), 20);
    await expectRight(blobs(40, 30, 4, 0.5, 5), blobs(50, 30, 4, 0.5, 6), 1);
  });

  test('a row of one set that is in the other leads there like any other', async () => {
    const rows = blobs(60, 4, 3, 0.5, 7);
    for (let row = 20; row < 60; row += 1) rows.data.set(rows.data.subarray(0, 4), 4 * row);
    await expectRight({ count: 3, dimension: 4, data: rows.data.slice(0, 12) }, rows, 5);
  });

  test('are right where float32 products cannot tell rows apart', async () => {
    const random = new RandomStream(randomKey(1, 'near'));
    const near = (count: number): FeatureRows => ({
      ...{ count, dimension: 5 },
      data: Float32Array.from(
        { length: count * 5 },
        (_, at) => (Math.floor(at / 5) % 2 === 0 ? 500 : -500) + 0.01 * random.normal(),
      ),
    });
    await expectRight(near(50), near(300), 6);
  });

  test('more neighbours than rows, and rows of another length, are refused', async () => {
    const rows = blobs(5, 2, 2, 1);
    await expect(nearestAmong(blobs(9, 2, 2, 1), rows, { k: 6, threads: 1 })).rejects.toThrow('6 neighbours are asked');
    expect(() => nearestAmong(blobs(9, 3, 2, 1), rows, { k: 2, threads: 1 })).toThrow('rows of length 3');
  });
});
