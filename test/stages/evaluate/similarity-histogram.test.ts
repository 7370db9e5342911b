import { describe, expect, test } from 'vitest';
import type { Features, Labels, Similarities } from '../../../src/artifacts/artifact.ts';
import { randomKey, RandomStream } from '../../../src/random/random.ts';
import { meanSimilarities, similarityHistogram } from '../../../src/stages/evaluate/similarity-histogram.ts';
import { runStage } from '../run-stage.ts';

function unitFeatures(count: number, dimension: number, random: RandomStream): Features {
  const data = new Float32Array(count * dimension);
  for (let i = 0; i < count; i += 1) {
    const row = Array.from({ length: dimension }, () => random.normal());
    const norm = Math.hypot(...row);
    data.set(
      row.map((value) => value / norm),
      i * dimension,
    );
  }
  return { count, dimension, data };
}
const labels = (values: readonly number[], classes: number): Labels => ({
  values: Int32Array.from(values),
  names: Array.from({ length: classes }, (_, i) => String(i)),
});

/** The definition, pair by pair. */
function pairByPair({ count, dimension, data }: Features, targets: Labels, backgrounds: Labels): number[][] {
  const panels: number[][] = [[], [], [], []];
  for (let i = 0; i < count; i += 1) {
    const sums = [0, 0, 0, 0];
    const sizes = [0, 0, 0, 0];
    for (let j = 0; j < count; j += 1) {
      if (j === i) continue;
      const sameTarget = targets.values[i] === targets.values[j];
      const sameBackground = backgrounds.values[i] === backgrounds.values[j];
      const panel = sameBackground ? (sameTarget ? 2 : 0) : sameTarget ? 1 : 3;
      for (let d = 0; d < dimension; d += 1) sums[panel]! += data[i * dimension + d]! * data[j * dimension + d]!;
      sizes[panel]! += 1;
    }
    sums.forEach((sum, panel) => {
      if (sizes[panel]! > 0) panels[panel]!.push(sum / sizes[panel]!);
    });
  }
  return panels;
}

async function histogram(features: Features, targets: Labels, backgrounds: Labels, bins = 100): Promise<Similarities> {
  const run = await runStage(similarityHistogram, { parameters: { bins }, inputs: { features, targets, backgrounds } });
  return run.outputs['similarities'] as Similarities;
}

describe('similarity_histogram', () => {
  test('sums by cell give what going through all pairs gives', () => {
    for (let seed = 0; seed < 12; seed += 1) {
      const random = new RandomStream(randomKey(seed));
      const count = 3 + random.integer(60);
      const features = unitFeatures(count, 1 + random.integer(8), random);
      const [classes, stripes] = [1 + random.integer(6), 1 + random.integer(4)];
      const targets = labels(
        Array.from({ length: count }, () => random.integer(classes)),
        classes,
      );
      const backgrounds = labels(
        Array.from({ length: count }, () => random.integer(stripes)),
        stripes,
      );
      const expected = pairByPair(features, targets, backgrounds);
      const found = meanSimilarities(features, targets, backgrounds);
      found.forEach((values, panel) => {
        expect(values.length).toBe(expected[panel]!.length);
        values.forEach((value, i) => expect(value).toBeCloseTo(expected[panel]![i]!, 6));
      });
    }
  });

  test('features that follow the target: panels 2 and 3 at one, the others at zero', async () => {
    const targets = labels([0, 0, 0, 0, 1, 1, 1, 1], 2);
    const backgrounds = labels([0, 0, 1, 1, 0, 0, 1, 1], 2);
    const data = Float32Array.from([...targets.values].flatMap((target) => (target === 0 ? [1, 0] : [0, 1])));
    const { panels, edges } = await histogram({ count: 8, dimension: 2, data }, targets, backgrounds, 10);
    expect(panels.map(({ background, target, mean }) => [background, target, mean])).toEqual([
      ['same', 'different', 0],
      ['different', 'same', 1],
      ['same', 'same', 1],
      ['different', 'different', 0],
    ]);
    expect(edges).toHaveLength(11);
    expect([edges[0], edges[10]]).toEqual([-1, 1]);
    // One is in the last bin, zero in the sixth; every density covers an area of one.
    expect(panels[1]!.density).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 5]);
    expect(panels[0]!.density).toEqual([0, 0, 0, 0, 0, 5, 0, 0, 0, 0]);
  });

  test('densities cover an area of one', async () => {
    const random = new RandomStream(randomKey(1));
    const draw = (classes: number) =>
      labels(
        Array.from({ length: 200 }, () => random.integer(classes)),
        classes,
      );
    const { panels } = await histogram(unitFeatures(200, 5, random), draw(4), draw(2), 37);
    expect(panels).toHaveLength(4);
    for (const { density } of panels) {
      expect(density.reduce((sum, height) => sum + (height * 2) / 37, 0)).toBeCloseTo(1, 9);
    }
  });

  test('a kind of pair that no two images form is left out, with a warning', async () => {
    const features = unitFeatures(20, 3, new RandomStream(randomKey(2)));
    const targets = labels(
      Array.from({ length: 20 }, (_, i) => i % 4),
      4,
    );
    const backgrounds = labels(
      Array.from({ length: 20 }, (_, i) => i % 2),
      2,
    );
    const { outputs, warnings } = await runStage(similarityHistogram, {
      parameters: { bins: 10 },
      inputs: { features, targets, backgrounds },
    });
    const { panels } = outputs['similarities'] as Similarities;
    expect(panels.map(({ background, target }) => `${background} ${target}`)).toEqual([
      'same different',
      'same same',
      'different different',
    ]);
    expect(warnings).toEqual([
      'similarity_histogram: no two images have the different background and the same target: that panel is left out',
    ]);
  });

  test('labels of another length, and features that are not finite, are refused', async () => {
    const features = unitFeatures(3, 2, new RandomStream(randomKey(0)));
    await expect(histogram(features, labels([0, 1], 2), labels([0, 0, 0], 1))).rejects.toThrow(
      '2 targets for 3 features',
    );
    features.data[3] = NaN;
    await expect(histogram(features, labels([0, 1, 0], 2), labels([0, 0, 0], 1))).rejects.toThrow(
      'row 1 of the features is not finite',
    );
  });
});
