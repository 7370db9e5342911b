import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Clusters, Labels } from '../../src/artifacts/artifact.ts';
import { randomKey, RandomStream } from '../../src/random/random.ts';
import {
  countContingency,
  describeClustering,
  LEAST_SURE,
  matchClusters,
  MOST_PICTURED,
  spread,
  SPREAD,
  SUREST,
} from '../../src/report/model/clustering.ts';

function clusters(k: number, assignments: readonly number[]): Clusters {
  return { k, assignments: Int32Array.from(assignments), centres: new Float32Array(0), inertia: 0 };
}

function labels(names: readonly string[], values: readonly number[]): Labels {
  return { names, values: Int32Array.from(values) };
}

/** The most images that any one-to-one matching can match, by trying all. */
function bestByTrying(table: readonly (readonly number[])[], k: number): number {
  const go = (row: number, used: ReadonlySet<number>): number => {
    if (row === table.length) return 0;
    let best = go(row + 1, used);
    for (let column = 0; column < k; column += 1)
      if (!used.has(column)) best = Math.max(best, table[row]![column]! + go(row + 1, new Set([...used, column])));
    return best;
  };
  return go(0, new Set());
}

describe('the matching of clusters to classes', () => {
  it('is one to one and matches as many images as any matching', () => {
    const tables = fc
      .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }))
      .chain(([rows, k]) =>
        fc.tuple(
          fc.array(fc.array(fc.nat(20), { minLength: k, maxLength: k }), { minLength: rows, maxLength: rows }),
          fc.constant(k),
        ),
      );
    fc.assert(
      fc.property(tables, ([table, k]) => {
        const matching = matchClusters(table, k);
        const matched = matching.filter((index) => index >= 0);
        expect(new Set(matched).size).toBe(matched.length);
        expect(matching).toHaveLength(k);
        expect(matching.reduce((sum, index, cluster) => sum + (index < 0 ? 0 : table[index]![cluster]!), 0)).toBe(
          bestByTrying(table, k),
        );
      }),
    );
  });

  it('leaves clusters without a class where there are more clusters than classes', () => {
    expect(matchClusters([[5, 1, 0]], 3)).toEqual([0, -1, -1]);
  });
});

describe('a described clustering', () => {
  const given = labels(['a', 'b'], [0, 0, 0, 1, 1, 1, 1]);
  const { clustering, pictured } = describeClustering(0, clusters(4, [2, 2, 0, 0, 0, 0, 3]), given, 1);

  it('counts every image once', () => {
    expect(countContingency(clusters(4, [2, 2, 0, 0, 0, 0, 3]), given)).toEqual([
      [1, 0, 2, 0],
      [3, 0, 0, 1],
    ]);
    expect(clustering.contingency.flat().reduce((sum, count) => sum + count, 0)).toBe(7);
  });

  it('orders clusters by matched class, then those without a class by size, the empty one last', () => {
    expect(clustering.clusters.map(({ index, matched, size }) => [index, matched, size])).toEqual([
      [2, 0, 2],
      [0, 1, 4],
      [3, -1, 1],
      [1, -1, 0],
    ]);
    expect(clustering.acc).toBeCloseTo(5 / 7);
  });

  it('states purity, and pictures members of each cluster that has any', () => {
    expect(clustering.clusters.map((cluster) => cluster.purity)).toEqual([1, 0.75, 1, 0]);
    expect(clustering.clusters.map((cluster) => cluster.sheetRow)).toEqual([0, 1, 2, -1]);
    expect(pictured).toEqual([[0, 1], [2, 3, 4, 5], [6]]);
    expect(clustering.clusters[1]!.groups).toEqual([{ rule: 'spread', first: 0, classes: [0, 1, 1, 1] }]);
  });

  it('pictures only the largest clusters where there are many', () => {
    const k = MOST_PICTURED + 10;
    const assignments = Array.from({ length: k }, (_, cluster) => new Array<number>(cluster + 1).fill(cluster)).flat();
    const many = describeClustering(
      0,
      clusters(k, assignments),
      labels(['a'], new Array<number>(assignments.length).fill(0)),
      1,
    );
    expect(many.pictured).toHaveLength(MOST_PICTURED);
    expect(
      many.clustering.clusters.filter((cluster) => cluster.sheetRow >= 0).every((cluster) => cluster.size > 10),
    ).toBe(true);
  });
});

describe('a gallery', () => {
  it('has the surest images of a cluster and the least sure, none twice among them, after the spread', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(sizes, fc.integer(), (size, seed) => {
        const assignments = size.flatMap((count, cluster) => new Array<number>(count).fill(cluster));
        const random = new RandomStream(randomKey(seed, 'gallery'));
        // Few values, so that many are equal.
        const confidence = Float32Array.from(assignments, () => random.integer(9) / 9);
        const given = labels(
          ['a', 'b'],
          assignments.map(() => random.integer(2)),
        );
        const { clustering, pictured } = describeClustering(
          0,
          clusters(size.length, assignments),
          given,
          1,
          confidence,
        );
        for (const { index, groups, sheetRow, confidence: mean } of clustering.clusters) {
          const members = assignments.flatMap((cluster, row) => (cluster === index ? [row] : []));
          if (members.length === 0) {
            expect([groups, sheetRow, mean]).toEqual([[], -1, undefined]);
            continue;
          }
          expect(mean).toBeCloseTo(members.reduce((sum, row) => sum + confidence[row]!, 0) / members.length);
          const rowsOf = (rule: string): readonly number[] => {
            const group = groups.find((one) => one.rule === rule);
            const { first = 0, classes = [] } = group ?? {};
            const rows = pictured[sheetRow]!.slice(first, first + classes.length);
            expect(classes).toEqual(rows.map((row) => given.values[row]));
            return rows;
          };
          const [spreadRows, surest, least] = [rowsOf('spread'), rowsOf('surest'), rowsOf('least sure')];
          expect(groups[0]).toMatchObject({ rule: 'spread', first: 0 });
          expect(pictured[sheetRow]).toEqual([...spreadRows, ...surest, ...least]);
          expect(spreadRows).toEqual(spread(members, SPREAD));
          expect(surest).toHaveLength(Math.min(SUREST, members.length));
          expect(least).toHaveLength(Math.max(0, Math.min(LEAST_SURE, members.length - SUREST)));
          const chosen = new Set([...surest, ...least]);
          expect(chosen.size).toBe(surest.length + least.length);
          const rest = members.filter((row) => !chosen.has(row)).map((row) => confidence[row]!);
          expect(Math.min(...surest.map((row) => confidence[row]!))).toBeGreaterThanOrEqual(
            Math.max(-Infinity, ...rest),
          );
          if (least.length > 0)
            expect(Math.max(...least.map((row) => confidence[row]!))).toBeLessThanOrEqual(Math.min(Infinity, ...rest));
        }
      }),
    );
  });
});

describe('a spread sample', () => {
  it('takes the wanted number of different members, in order, from the first on', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 60 }), (length, count) => {
        const list = Array.from({ length }, (_, i) => i);
        const sample = spread(list, count);
        expect(sample).toHaveLength(Math.min(length, count));
        expect(sample[0]).toBe(0);
        expect(sample.every((value, i) => i === 0 || value > sample[i - 1]!)).toBe(true);
      }),
    );
  });
});
