// The operations of random augmentation on bytes against Pillow's, byte for byte (golden/pillow-operations.json, written by
// make_pillow_operations.py), and how they are drawn.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pixelOperations, type PixelOperationName } from '../../../src/engine/augment/pixel-operations.ts';
import type { ImageShape } from '../../../src/engine/augment/primitive.ts';
import {
  applyRandomOperations,
  drawOperations,
  type DrawnOperation,
} from '../../../src/engine/augment/random-operations.ts';
import { gatherViews } from '../../../src/engine/train/gather-views.ts';
import { foldIn, randomKey, RandomStream } from '../../../src/random/random.ts';

interface Golden {
  readonly sources: Readonly<Record<string, { readonly shape: ImageShape; readonly values: readonly number[] }>>;
  readonly cases: readonly {
    readonly operation: Exclude<PixelOperationName, 'identity'>;
    readonly source: string;
    readonly magnitude: number;
    readonly values: readonly number[];
  }[];
}
const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, 'golden', 'pillow-operations.json'), 'utf8'),
) as Golden;
const key = randomKey(5);

describe('an operation gives the bytes that Pillow gives', () => {
  for (const { operation, source, magnitude, values } of golden.cases)
    it(`${operation} of ${source} by ${magnitude}`, () => {
      const { shape, values: pixels } = golden.sources[source]!;
      const given = Uint8Array.from(pixels);
      expect([...pixelOperations[operation].apply(given, shape, magnitude)]).toEqual(values);
      expect([...given]).toEqual(pixels);
    });

  it('each of them but the identity, which changes nothing', () => {
    const compared = new Set<string>(golden.cases.map(({ operation }) => operation));
    expect(Object.keys(pixelOperations).filter((name) => !compared.has(name))).toEqual(['identity']);
    const { shape, values } = golden.sources.noise!;
    expect([...pixelOperations.identity.apply(Uint8Array.from(values), shape, 0)]).toEqual(values);
  });
});

describe('random operations', () => {
  const drawn = Array.from({ length: 4000 }, (_, row) =>
    drawOperations(new RandomStream(foldIn(key, row)), { count: 2 }),
  ).flat();
  const of = (name: PixelOperationName): readonly DrawnOperation[] => drawn.filter((one) => one.name === name);

  it('are drawn evenly, with magnitudes over their whole range', () => {
    for (const name of Object.keys(pixelOperations) as PixelOperationName[]) {
      // 8,000 draws of 14: 571 each, with a deviation of 23.
      expect(Math.abs(of(name).length - 8000 / 14)).toBeLessThan(115);
      const { range } = pixelOperations[name];
      if (range === undefined) continue;
      const magnitudes = of(name).map(({ magnitude }) => magnitude);
      const [low, high] = range;
      const slack = (high - low) / 20;
      expect(Math.min(...magnitudes)).toBeGreaterThanOrEqual(low);
      expect(Math.min(...magnitudes)).toBeLessThan(low + slack);
      expect(Math.max(...magnitudes)).toBeLessThanOrEqual(high);
      expect(Math.max(...magnitudes)).toBeGreaterThan(high - slack);
    }
  });

  it('are applied one after the other, by what was drawn for the key', () => {
    const { shape, values } = golden.sources.noise!;
    const pixels = Uint8Array.from(values);
    const settings = { count: 4 };
    const expected = drawOperations(new RandomStream(key), settings).reduce(
      (image, { name, magnitude }) => pixelOperations[name].apply(image, shape, magnitude),
      pixels as Uint8Array,
    );
    expect(applyRandomOperations(pixels, shape, settings, key)).toEqual(expected);
    expect(expected).not.toEqual(pixels);
  });

  it('of an image in a batch depend on the key and its row alone', () => {
    const { shape, values } = golden.sources.noise!;
    const [height, width, channels] = shape;
    const data = Uint8Array.from([values, values, values].flat());
    const images = { count: 3, height, width, channels, data };
    const batch = (...rows: number[]): Float32Array => {
      const out = new Float32Array(rows.length * values.length);
      gatherViews(out, images, Int32Array.from(rows), { count: 4 }, key);
      return out;
    };
    expect(batch(2, 0).subarray(values.length)).toEqual(batch(0));
    expect(batch(2)).not.toEqual(batch(0));
    expect(batch(1)).toEqual(
      Float32Array.from(
        applyRandomOperations(Uint8Array.from(values), shape, { count: 4 }, foldIn(foldIn(key, 1), 'operations')),
        (value) => value / 255,
      ),
    );
  });
});
