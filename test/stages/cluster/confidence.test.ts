// How surely rows belong to their clusters, against the definitions written out slowly, and on shapes where they say little.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Clusters, Features } from '../../../src/artifacts/artifact.ts';
import { confidence } from '../../../src/stages/cluster/confidence.ts';
import { runStage } from '../run-stage.ts';

const clustersOf = (k: number, assignments: readonly number[]): Clusters => ({
  ...{ k, assignments: Int32Array.from(assignments), centres: new Float32Array(0), inertia: 0 },
});
const featuresOf = (rows: readonly (readonly number[])[]): Features => ({
  ...{ count: rows.length, dimension: rows[0]?.length ?? 0, data: Float32Array.from(rows.flat()) },
});

async function measure(by: string, features: Features, clusters: Clusters): Promise<Features> {
  const { outputs } = await runStage(confidence, { parameters: { by }, inputs: { features, clusters } });
  return outputs['confidence'] as Features;
}

/** (b − a) / max(a, b) from means of rows as lists. */
function slowSilhouette(rows: readonly (readonly number[])[], assignments: readonly number[], row: number): number {
  const distanceTo = (cluster: number): number => {
    const members = rows.filter((_, at) => assignments[at] === cluster);
    return Math.hypot(
      ...rows[row]!.map((value, d) => value - members.reduce((sum, one) => sum + one[d]!, 0) / members.length),
    );
  };
  const others = [...new Set(assignments)].filter((cluster) => cluster !== assignments[row]);
  if (others.length === 0) return 0;
  const [own, other] = [distanceTo(assignments[row]!), Math.min(...others.map(distanceTo))];
  return Math.max(own, other) === 0 ? 0 : (other - own) / Math.max(own, other);
}

const rowsAndClusters = fc
  .record({ count: fc.integer({ min: 1, max: 20 }), dimension: fc.integer({ min: 1, max: 5 }) })
  .chain(({ count, dimension }) =>
    fc.record({
      rows: fc.array(
        fc.array(
          fc.integer({ min: -40, max: 40 }).map((value) => value / 8),
          {
            minLength: dimension,
            maxLength: dimension,
          },
        ),
        { minLength: count, maxLength: count },
      ),
      assignments: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: count, maxLength: count }),
    }),
  );

describe('confidence by centres', () => {
  it('is the simplified silhouette, in -1 to 1, whatever made the clusters', async () => {
    await fc.assert(
      fc.asyncProperty(rowsAndClusters, async ({ rows, assignments }) => {
        const { count, dimension, data } = await measure('centres', featuresOf(rows), clustersOf(4, assignments));
        expect([count, dimension]).toEqual([rows.length, 1]);
        data.forEach((value, row) => {
          expect(value).toBeCloseTo(slowSilhouette(rows, assignments, row), 5);
          expect(Math.abs(value)).toBeLessThanOrEqual(1);
        });
      }),
      { numRuns: 60 },
    );
  });

  it('is 0 where there is no other cluster', async () => {
    const { data } = await measure('centres', featuresOf([[1], [2], [9]]), clustersOf(3, [1, 1, 1]));
    expect([...data]).toEqual([0, 0, 0]);
  });
});

describe('confidence by scores', () => {
  it('is the score of the category less the largest other, below 0 where another is larger', async () => {
    const scores = featuresOf([
      [0.9, 0.2, 0.1, 7],
      [0.3, 0.5, 0.1, 7],
      [0.1, 0.4, 0.3, 7],
    ]);
    const { data } = await measure('scores', scores, clustersOf(3, [0, 1, 2]));
    [0.7, 0.2, -0.1].forEach((value, row) => expect(data[row]).toBeCloseTo(value, 6));
  });

  it('needs as many scores as there are clusters', async () => {
    await expect(measure('scores', featuresOf([[1, 2]]), clustersOf(3, [0]))).rejects.toThrow(
      'there are no 3 scores in features of length 2',
    );
  });
});

it('is refused for features that are not finite, and for other rows', async () => {
  await expect(measure('centres', featuresOf([[NaN], [1]]), clustersOf(2, [0, 1]))).rejects.toThrow('row 0');
  await expect(measure('centres', featuresOf([[1]]), clustersOf(2, [0, 1]))).rejects.toThrow(
    '2 assignments for 1 rows',
  );
});
