// glyphs, stripes and overlay: drawn from a seed, so their bytes are part of the contract.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Images, Labels, Scores } from '../../../src/artifacts/artifact.ts';
import { StageError, type StageImplementation } from '../../../src/stage/stage.ts';
import { kmeans } from '../../../src/stages/cluster/kmeans.ts';
import { glyphs } from '../../../src/stages/data/glyphs.ts';
import { overlay } from '../../../src/stages/data/overlay.ts';
import { stripes } from '../../../src/stages/data/stripes.ts';
import { scores } from '../../../src/stages/evaluate/scores.ts';
import { runStage, stageContext } from '../run-stage.ts';

const STRIPES = {
  size: 28,
  period_min: 4,
  period_max: 8,
  duty_min: 0.3,
  duty_max: 0.6,
  intensity_min: 0.4,
  intensity_max: 0.8,
  seed: 0,
  stream: 0,
};

async function make(stage: StageImplementation, parameters: Readonly<Record<string, unknown>>) {
  const { outputs } = await runStage(stage, { parameters });
  return { images: outputs['images'] as Images, labels: outputs['labels'] as Labels };
}
const digest = ({ images, labels }: { images: Images; labels: Labels }) =>
  createHash('sha256').update(images.data).update(labels.values).digest('hex').slice(0, 16);
const image = ({ height, width, data }: Images, index: number) =>
  data.subarray(index * height * width, (index + 1) * height * width);

describe.each([
  ['glyphs', glyphs, { seed: 0 }],
  ['stripes', stripes, STRIPES],
])('%s', (_, stage, rest) => {
  test('the same seed gives the same bytes, another seed others', async () => {
    const first = digest(await make(stage, { ...rest, count: 40 }));
    expect(digest(await make(stage, { ...rest, count: 40 }))).toBe(first);
    expect(digest(await make(stage, { ...rest, count: 40, seed: 1 }))).not.toBe(first);
  });

  test('a longer set starts with the shorter one', async () => {
    const short = await make(stage, { ...rest, count: 33 });
    const long = await make(stage, { ...rest, count: 71 });
    expect(long.images.data.subarray(0, short.images.data.length)).toEqual(short.images.data);
    expect(long.labels.values.subarray(0, 33)).toEqual(short.labels.values);
  });

  test('progress ends at the count, and an abort stops it', async () => {
    const { progress } = await runStage(stage, { parameters: { ...rest, count: 700 } });
    expect(progress.map(({ done }) => done)).toEqual([0, 500, 700]);
    const signal = AbortSignal.abort(new Error('cancelled'));
    await expect(runStage(stage, { parameters: { ...rest, count: 700 }, signal })).rejects.toThrow('cancelled');
  });
});

describe('glyphs', () => {
  test('every run of ten holds each digit once, in changing order', async () => {
    const { labels } = await make(glyphs, { count: 200, seed: 3 });
    const tens = Array.from({ length: 20 }, (_, t) => [...labels.values.subarray(10 * t, 10 * t + 10)]);
    for (const ten of tens) expect([...ten].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(new Set(tens.map(String)).size).toBeGreaterThan(15);
  });

  test('a glyph is a bright figure near the middle of a black image, and no two are equal', async () => {
    const { images } = await make(glyphs, { count: 500, seed: 0 });
    const seen = new Set<string>();
    for (let i = 0; i < 500; i += 1) {
      const pixels = image(images, i);
      let [ink, x, y] = [0, 0, 0];
      pixels.forEach((value, at) => {
        ink += value;
        x += value * (at % 28);
        y += value * Math.floor(at / 28);
      });
      expect(Math.max(...pixels)).toBeGreaterThan(150);
      expect(ink / 255 / 784).toBeGreaterThan(0.02);
      expect(ink / 255 / 784).toBeLessThan(0.35);
      expect(Math.hypot(x / ink - 13.5, y / ink - 13.5)).toBeLessThan(2.5);
      seen.add(Buffer.from(pixels).toString('base64'));
    }
    expect(seen.size).toBe(500);
  });

  test('k-means on the pixels finds much of the digits, and far from all', async () => {
    const { images, labels } = await make(glyphs, { count: 1500, seed: 0 });
    const features = { count: 1500, dimension: 784, data: Float32Array.from(images.data, (value) => value / 255) };
    const parameters = { k: 10, restarts: 10, iterations: 300, tolerance: 1e-4, seed: 0 };
    const { clusters } = (await runStage(kmeans, { parameters, inputs: { features } })).outputs;
    const run = await runStage(scores, { parameters: { average: 'arithmetic' }, inputs: { clusters, labels } });
    const { acc } = run.outputs['scores'] as Scores;
    expect(acc).toBeGreaterThan(0.45);
    expect(acc).toBeLessThan(0.85);
  });

  test('the bytes stand: raise the version of the stage where they change', async () => {
    expect(digest(await make(glyphs, { count: 100, seed: 0 }))).toMatchInlineSnapshot(`"93ec0355a9c15b64"`);
  });
});

describe('stripes', () => {
  test('the generator, pixel by pixel, from the draws of the stream', async () => {
    // Equal bounds leave only class and phase to chance: with the first pixel of each direction known, the rest must follow.
    const fixed = {
      ...STRIPES,
      size: 12,
      period_min: 5,
      period_max: 5,
      duty_min: 0.4,
      duty_max: 0.4,
      intensity_min: 0.7,
      intensity_max: 0.7,
      count: 40,
    };
    const { images, labels } = await make(stripes, fixed);
    const directions = [
      [1, 0],
      [0, 1],
      [Math.SQRT1_2, Math.SQRT1_2],
      [-Math.SQRT1_2, Math.SQRT1_2],
    ] as const;
    const drawn = (theta: readonly [number, number], phase: number) =>
      Uint8Array.from({ length: 144 }, (_, at) => {
        const u = theta[0] * Math.floor(at / 12) + theta[1] * (at % 12);
        const q = (((u + phase) % 5) + 5) % 5;
        return Math.round(255 * 0.7 * Math.min(Math.max((0.4 * 5) / 2 - Math.abs(q - 2.5) + 0.5, 0), 1));
      });
    for (let i = 0; i < 40; i += 1) {
      const theta = directions[labels.values[i]!]!;
      const pixels = image(images, i);
      // The phase is searched for in steps that move a soft edge by less than one level.
      let fewest = Infinity;
      for (let step = 0; step < 2000; step += 1) {
        const guess = drawn(theta, (5 * step) / 2000);
        fewest = Math.min(
          fewest,
          guess.reduce((worst, value, at) => Math.max(worst, Math.abs(value - pixels[at]!)), 0),
        );
      }
      expect(fewest).toBeLessThanOrEqual(1);
    }
  });

  test('a horizontal stripe is constant along its row, a vertical one along its column, the diagonals along theirs', async () => {
    const { images, labels } = await make(stripes, { ...STRIPES, count: 60 });
    const steps = {
      horizontal: [0, 1],
      vertical: [1, 0],
      'rising diagonal': [1, -1],
      'falling diagonal': [1, 1],
    } as Record<string, [number, number]>;
    for (let i = 0; i < 60; i += 1) {
      const pixels = image(images, i);
      const [down, right] = steps[labels.names[labels.values[i]!]!]!;
      for (let row = 1; row < 27; row += 1) {
        for (let column = 1; column < 27; column += 1) {
          const here = pixels[row * 28 + column]!;
          expect(Math.abs(pixels[(row + down) * 28 + column + right]! - here)).toBeLessThanOrEqual(1);
        }
      }
    }
  });

  test('the four directions are equally likely, and streams share no image', async () => {
    const first = await make(stripes, { ...STRIPES, count: 4000 });
    for (let label = 0; label < 4; label += 1) {
      const share = first.labels.values.filter((value) => value === label).length / 4000;
      expect(share).toBeGreaterThan(0.22);
      expect(share).toBeLessThan(0.28);
    }
    const other = await make(stripes, { ...STRIPES, count: 1000, stream: 1 });
    const seen = new Set(
      Array.from({ length: 4000 }, (_, i) => Buffer.from(image(first.images, i)).toString('base64')),
    );
    expect(
      Array.from({ length: 1000 }, (_, i) => Buffer.from(image(other.images, i)).toString('base64')).filter((text) =>
        seen.has(text),
      ),
    ).toEqual([]);
  });

  test('brightness stays within the intensity', async () => {
    const { images } = await make(stripes, { ...STRIPES, count: 300 });
    for (let i = 0; i < 300; i += 1) {
      const brightest = Math.max(...image(images, i));
      expect(brightest).toBeGreaterThanOrEqual(Math.round(255 * 0.4));
      expect(brightest).toBeLessThanOrEqual(Math.round(255 * 0.8));
    }
  });

  test('bounds the wrong way round are refused by name', async () => {
    const swapped = make(stripes, { ...STRIPES, count: 5, period_min: 9 });
    await expect(swapped).rejects.toThrow(StageError);
    await expect(swapped).rejects.toThrow('stripes: period_min is 9, more than period_max, which is 8');
  });

  test('a set that no array can hold is refused before it is drawn', async () => {
    await expect(make(stripes, { ...STRIPES, count: 10_000_000, size: 1024 })).rejects.toThrow(
      /10000000 images of 1024×1024 need 9765\.6 GiB/,
    );
  });

  test('the bytes stand: raise the version of the stage where they change', async () => {
    expect(digest(await make(stripes, { ...STRIPES, count: 100 }))).toMatchInlineSnapshot(`"2ed88c3ef15119d3"`);
  });
});

describe('overlay', () => {
  const one = (value: number): Images => ({ count: 1, height: 1, width: 1, channels: 1, data: Uint8Array.of(value) });
  const lay = async (front: Images, behind: Images) =>
    (await overlay.run(stageContext<never, never>({ inputs: { front, behind } })))['images'] as Images;

  test('is front + (1 − front)·behind, rounded to 8 bits', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(255), fc.nat(255), async (front, behind) => {
        const { data } = await lay(one(front), one(behind));
        const exact = 255 * (front / 255 + (1 - front / 255) * (behind / 255));
        expect(Math.abs(data[0]! - exact)).toBeLessThanOrEqual(0.5 + 1e-9);
        expect(data[0]).toBeGreaterThanOrEqual(Math.max(front, behind));
      }),
    );
  });

  test('over black the front stays, over white all is white', async () => {
    expect((await lay(one(77), one(0))).data[0]).toBe(77);
    expect((await lay(one(77), one(255))).data[0]).toBe(255);
  });

  test('sets of different shape are refused', async () => {
    await expect(lay(one(1), { ...one(1), height: 2, data: new Uint8Array(2) })).rejects.toThrow(
      'front has 1×1×1×1 images, behind has 1×2×1×1',
    );
  });
});
