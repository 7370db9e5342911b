import { describe, expect, test } from 'vitest';
import type { Images, Labels } from '../../../src/artifacts/artifact.ts';
import { syntheticImages } from '../../../src/stages/data/synthetic-images.ts';
import { runStage } from '../run-stage.ts';

const given = { count: 60, height: 24, width: 32, channels: 3, classes: 6, seed: 0 };
const draw = async (change: Partial<typeof given> = {}) =>
  (await runStage(syntheticImages, { parameters: { ...given, ...change } })).outputs as {
    images: Images;
    labels: Labels;
  };

describe('synthetic_images', () => {
  test.each([
    { height: 28, width: 28, channels: 1, classes: 10 },
    { height: 32, width: 32, channels: 3, classes: 20 },
    { height: 112, width: 112, channels: 3, classes: 144, count: 288 },
  ])('classes of %j are told apart by the nearest image of another turn', async (shape) => {
    const { images, labels } = await draw({ count: 3 * shape.classes, ...shape });
    const size = images.height * images.width * images.channels;
    // Every seventh value is enough to tell.
    const distance = (a: number, b: number): number => {
      let sum = 0;
      for (let at = 0; at < size; at += 7) sum += (images.data[a * size + at]! - images.data[b * size + at]!) ** 2;
      return sum;
    };
    const references = Array.from({ length: shape.classes }, (_, index) => index);
    for (let index = shape.classes; index < 2 * shape.classes; index += 1) {
      const nearest = references.reduce((best, one) => (distance(index, one) < distance(index, best) ? one : best));
      expect(labels.values[nearest]).toBe(labels.values[index]);
    }
  });

  test('every class comes once in each turn, and no two images are the same', async () => {
    const { images, labels } = await draw();
    for (let turn = 0; turn < 10; turn += 1)
      expect([...labels.values.subarray(6 * turn, 6 * turn + 6)].sort()).toEqual([0, 1, 2, 3, 4, 5]);
    const size = 24 * 32 * 3;
    const each = Array.from({ length: 60 }, (_, index) =>
      images.data.subarray(index * size, (index + 1) * size).join(),
    );
    expect(new Set(each).size).toBe(60);
  });

  test('a longer set starts with the shorter one; another seed gives other classes', async () => {
    const [long, short, other] = [await draw(), await draw({ count: 10 }), await draw({ seed: 1 })];
    expect(long.images.data.subarray(0, short.images.data.length)).toEqual(short.images.data);
    expect(long.labels.values.subarray(0, 10)).toEqual(short.labels.values);
    expect(other.images.data).not.toEqual(long.images.data);
  });
});
