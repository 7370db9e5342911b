import { describe, expect, test } from 'vitest';
import type { Embedding, Features } from '../../../src/artifacts/artifact.ts';
import { embedding } from '../../../src/stages/evaluate/embedding.ts';
import { blobs } from '../cluster/blobs.ts';
import { runStage } from '../run-stage.ts';

const defaults = { sample: 2000, neighbours: 15, min_dist: 0.1, seed: 0 };

async function map(features: Features, parameters: Partial<typeof defaults> = {}, signal?: AbortSignal) {
  const run = await runStage(embedding, {
    parameters: { ...defaults, ...parameters },
    inputs: { features },
    ...(signal && { signal }),
  });
  return { embedding: run.outputs['embedding'] as Embedding, progress: run.progress };
}

describe('embedding', () => {
  test('groups that lie apart stay apart', async () => {
    const features = blobs(400, 20, 4, 0.15, 1);
    const { embedding: found } = await map(features);
    expect([...found.rows]).toEqual(Array.from({ length: 400 }, (_, i) => i));
    const point = (i: number) => [found.points[2 * i]!, found.points[2 * i + 1]!] as const;
    let wrong = 0;
    for (let i = 0; i < 400; i += 1) {
      let [best, distance] = [-1, Infinity];
      for (let j = 0; j < 400; j += 1) {
        const apart = Math.hypot(point(i)[0] - point(j)[0], point(i)[1] - point(j)[1]);
        if (j !== i && apart < distance) [best, distance] = [j, apart];
      }
      if (features.groupOf[best] !== features.groupOf[i]) wrong += 1;
    }
    expect(wrong).toBe(0);
  });

  test('the same seed gives the same points; another seed another sample', async () => {
    const features = blobs(200, 10, 3, 0.4, 2);
    const { embedding: first, progress } = await map(features, { sample: 80 });
    expect((await map(features, { sample: 80 })).embedding).toEqual(first);
    expect((await map(features, { sample: 80, seed: 1 })).embedding.rows).not.toEqual(first.rows);
    expect(first.rows.length).toBe(80);
    expect([...first.rows]).toEqual([...first.rows].sort((a, b) => a - b));
    expect(new Set(first.rows).size).toBe(80);
    expect(first.points.every(Number.isFinite)).toBe(true);
    expect(progress.at(-1)).toEqual({ done: 500, total: 500, unit: 'epochs' });
  });

  test('rows that are all equal still get finite points', async () => {
    const { embedding: found } = await map({ count: 30, dimension: 4, data: new Float32Array(120).fill(0.5) });
    expect(found.points.every(Number.isFinite)).toBe(true);
  });

  test('too few rows, and features that are not finite, are refused', async () => {
    await expect(map(blobs(12, 3, 2, 0.1))).rejects.toThrow('embedding: neighbours is 15, but only 12 rows are mapped');
    const features = blobs(40, 3, 2, 0.1);
    features.data[100] = NaN;
    await expect(map(features)).rejects.toThrow('embedding: row 33 of the features holds NaN');
  });

  test('an abort ends it between two epochs', async () => {
    const abort = new AbortController();
    const work = map(blobs(1000, 10, 4, 0.4), {}, abort.signal);
    setTimeout(() => abort.abort(new Error('cancelled')), 30);
    await expect(work).rejects.toThrow('cancelled');
  });
});
