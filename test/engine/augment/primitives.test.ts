// Each primitive of augmentation, compiled on the CPU and eager, against a slow one written from its definition and against what Pillow and
// torchvision give (golden/peers.json, written by make_peers.py), within 1e-4; and what is drawn.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { drawJitter, roundOf, type ColourJitter } from '../../../src/engine/augment/colour-jitter.ts';
import { imageNormalisation, normalisationOf, normalised } from '../../../src/engine/augment/normalisation.ts';
import { drawNumbers, type ImageShape, type Primitive } from '../../../src/engine/augment/primitive.ts';
import { drawBox, type RandomResizedCrop } from '../../../src/engine/augment/random-resized-crop.ts';
import { fitPrimitive, fitRecipe, type PrimitiveSettings } from '../../../src/engine/augment/recipe.ts';
import { affineRecipe, recipes, type RecipeName } from '../../../src/engine/augment/recipes.ts';
import type { Tensor } from '../../../src/engine/tensor.ts';
import { foldIn, randomKey, RandomStream } from '../../../src/random/random.ts';
import { disagreement } from '../compare.ts';
import { applyPrimitive, farthest, type Images } from './apply-primitive.ts';
import * as slow from './slow-primitives.ts';
import type { Picture } from './slow-primitives.ts';

const key = randomKey(3);
const TOLERANCE = 1e-4;

function randomImages(count: number, shape: ImageShape): Images {
  const random = new RandomStream(randomKey(9, shape.join()));
  const data = Float32Array.from({ length: count * shape[0] * shape[1] * shape[2] }, () => random.uniform());
  // Black, white and grey pixels, whose hue is none.
  for (let at = 0; at < data.length; at += shape[2] * 5)
    data.fill([0, 1, 0.5][(at / shape[2]) % 3]!, at, at + shape[2]);
  return { count, shape, data };
}

function pictures({ count, shape: [height, width, channels], data }: Images): readonly Picture[] {
  return Array.from({ length: count }, (_, image) =>
    Array.from({ length: height }, (_, row) =>
      Array.from({ length: width }, (_, column) =>
        Array.from(
          { length: channels },
          (_, channel) => data[((image * height + row) * width + column) * channels + channel]!,
        ),
      ),
    ),
  );
}

interface SlowCase {
  readonly settings: PrimitiveSettings;
  /** One image, and the random numbers that the primitive has for it. */
  readonly slow: (picture: Picture, random: RandomStream, to: readonly [number, number]) => Picture;
  readonly shapes?: readonly ImageShape[];
}

const crop = (filter: 'bilinear' | 'bicubic'): RandomResizedCrop => ({
  kind: 'random-resized-crop',
  scale: [0.08, 1],
  ratio: [3 / 4, 4 / 3],
  filter,
});
const jitter: ColourJitter = {
  kind: 'colour-jitter',
  probability: 0.8,
  brightness: 0.8,
  contrast: 0.8,
  saturation: 0.8,
  hue: 0.4,
};

const jittered =
  (settings: ColourJitter) =>
  (picture: Picture, random: RandomStream): Picture => {
    const { order, amounts } = drawJitter(random, settings);
    const coloured = picture[0]![0]!.length === 3;
    return order.reduce<Picture>((changed, operation) => {
      if (!coloured && (operation === 'saturation' || operation === 'hue')) return changed;
      return slow[operation](changed, amounts[operation]);
    }, picture);
  };

/** One of each kind at least: the record's type demands it. */
const cases: Readonly<Record<PrimitiveSettings['kind'], readonly SlowCase[]>> = {
  'random-resized-crop': (['bilinear', 'bicubic'] as const).map((filter) => ({
    settings: crop(filter),
    slow: (picture, random, to) =>
      slow.cutAndResize(picture, drawBox(random, [picture.length, picture[0]!.length, 1], crop(filter)), to, filter),
  })),
  'horizontal-flip': [
    {
      settings: { kind: 'horizontal-flip', probability: 0.5 },
      slow: (picture, random) => (random.uniform() < 0.5 ? slow.mirror(picture) : picture),
    },
  ],
  'padded-crop': [
    {
      settings: { kind: 'padded-crop', padding: 4 },
      slow: (picture, random, to) => {
        const top = random.integer(picture.length + 8 - to[0] + 1) - 4;
        return slow.shiftedCrop(picture, top, random.integer(picture[0]!.length + 8 - to[1] + 1) - 4, to);
      },
    },
  ],
  'colour-jitter': [
    jitter,
    { ...jitter, hue: 0 },
    { ...jitter, saturation: 0, probability: 1 },
    { ...jitter, brightness: 0, contrast: 0, saturation: 0 },
  ].map((settings) => ({ settings, slow: jittered(settings) })),
  greyscale: [
    {
      settings: { kind: 'greyscale', probability: 0.4 },
      slow: (picture, random) => (random.uniform() < 0.4 ? slow.toGrey(picture) : picture),
    },
  ],
  'gaussian-blur': ([undefined, 5] as const).map((reach) => ({
    settings: { kind: 'gaussian-blur', probability: 0.7, sigma: [0.1, 2], ...(reach === undefined ? {} : { reach }) },
    slow: (picture, random) => {
      const chosen = random.uniform() < 0.7;
      const sigma = random.uniform(0.1, 2);
      return chosen ? slow.blur(picture, sigma, reach ?? Math.ceil(3 * sigma)) : picture;
    },
  })),
  cutout: [
    { kind: 'cutout', small: 0.5, large: 0.1 } as const,
    { kind: 'cutout', small: 1, large: 1, most: 3 } as const,
  ].map((settings) => ({
    settings,
    slow: (picture, random) => {
      const [height, width] = [picture.length, picture[0]!.length];
      const longest = Math.min(settings.most ?? Infinity, Math.round(settings.small * Math.max(height, width)));
      const half = Math.floor((1 + random.integer(longest)) / 2);
      return slow.cut(picture, [random.integer(height), random.integer(width)], half);
    },
  })),
  'affine-crop': [
    {
      settings: { kind: 'affine-crop', scale: [0.3, 1], rotation: 180 },
      shapes: [
        [9, 12, 3],
        [28, 28, 1],
        [1, 1, 3],
        [1, 7, 1],
      ],
      slow: (picture, random) => {
        const area = random.uniform(0.3, 1);
        const aspect = Math.exp(random.uniform(-Math.log(4 / 3), Math.log(4 / 3)));
        const scale = [Math.min(1, Math.sqrt(area * aspect)), Math.min(1, Math.sqrt(area / aspect))] as const;
        const centre = [random.uniform(-1, 1) * (1 - scale[0]), random.uniform(-1, 1) * (1 - scale[1])] as const;
        return slow.affine(picture, { scale, centre, angle: random.uniform(-1, 1) * Math.PI });
      },
    },
  ],
  'brightness-contrast': [
    {
      settings: { kind: 'brightness-contrast', brightness: 0.5, contrast: 0.6 },
      slow: (picture, random) => slow.brightnessContrast(picture, random.uniform(0.5, 1.5), random.uniform(0.4, 1.6)),
    },
  ],
};

describe('a primitive gives what its definition says, compiled and eager, within 1e-4', () => {
  for (const [kind, list] of Object.entries(cases))
    list.forEach(({ settings, slow: slowly, shapes }, index) =>
      it(`${kind}${list.length > 1 ? ` (${index + 1})` : ''}`, async () => {
        for (const shape of shapes ??
          ([
            [9, 12, 3],
            [10, 8, 1],
          ] as const))
          for (const to of kind.endsWith('-crop') && kind !== 'affine-crop'
            ? ([
                [shape[0], shape[1]],
                [13, 6],
              ] as const)
            : ([[shape[0], shape[1]]] as const)) {
            const images = randomImages(8, shape);
            const primitive = fitPrimitive(settings, shape, to);
            const rows = Int32Array.from({ length: 8 }, (_, image) => 3 * image);
            const { compiled, eager } = await applyPrimitive(primitive, images, drawNumbers([primitive], key, rows));
            const expected = pictures(images)
              .map((picture, image) => slowly(picture, new RandomStream(foldIn(foldIn(key, rows[image]!), 0)), to))
              .flat(3);
            expect(compiled.shape).toEqual(primitive.output);
            expect(farthest(expected, compiled.data)).toBeLessThan(TOLERANCE);
            expect(farthest(expected, eager.data)).toBeLessThan(TOLERANCE);
          }
      }),
    );
});

type Four = readonly [number, number, number, number];
type PeerCase = { readonly by: string } & (
  | { readonly kind: 'resize'; readonly filter: 'bilinear' | 'bicubic'; readonly box: Four }
  | { readonly kind: 'brightness' | 'contrast' | 'saturation' | 'hue'; readonly amount: number }
  | { readonly kind: 'grey' | 'flip' }
  | { readonly kind: 'crop'; readonly top: number; readonly left: number }
  | { readonly kind: 'blur'; readonly sigma: number; readonly reach: number }
);
interface Pixels {
  readonly shape: readonly [number, ...ImageShape];
  readonly values: readonly number[];
}
const peers = JSON.parse(readFileSync(join(import.meta.dirname, 'golden', 'peers.json'), 'utf8')) as {
  readonly sources: Readonly<Record<string, Pixels>>;
  readonly cases: readonly (Pixels & { readonly source: string; readonly settings: PeerCase })[];
};

/** The primitive that does what the peer did, and an image's numbers. */
function asPrimitive(peer: PeerCase): { readonly settings: PrimitiveSettings; readonly numbers: readonly number[] } {
  switch (peer.kind) {
    case 'resize':
      return { settings: crop(peer.filter), numbers: peer.box };
    case 'brightness':
    case 'contrast':
    case 'saturation':
    case 'hue': {
      const alone = { ...jitter, brightness: 0, contrast: 0, saturation: 0, hue: 0, [peer.kind]: 0.5 };
      return { settings: alone, numbers: peer.kind === 'hue' ? [peer.amount] : roundOf(peer.kind, peer.amount) };
    }
    case 'grey':
      return { settings: { kind: 'greyscale', probability: 1 }, numbers: [1] };
    case 'flip':
      return { settings: { kind: 'horizontal-flip', probability: 1 }, numbers: [1] };
    case 'crop':
      return { settings: { kind: 'padded-crop', padding: 4 }, numbers: [peer.top, peer.left] };
    case 'blur':
      return {
        settings: { kind: 'gaussian-blur', probability: 1, sigma: [0.1, 2] },
        numbers: [1 / (2 * peer.sigma ** 2), peer.reach],
      };
  }
}

describe('a primitive gives what others give', () => {
  for (const { source, settings: peer, shape, values } of peers.cases)
    it(`${source} as ${peer.by}: ${JSON.stringify(peer)}`, async () => {
      const [count, ...size] = peers.sources[source]!.shape;
      const { settings, numbers } = asPrimitive(peer);
      const primitive = fitPrimitive(settings, size, [shape[1], shape[2]]);
      expect(primitive.numbers).toBe(numbers.length);
      expect(primitive.output).toEqual(shape.slice(1));
      const { compiled } = await applyPrimitive(
        primitive,
        { count, shape: size, data: Float32Array.from(peers.sources[source]!.values) },
        Float32Array.from({ length: count * numbers.length }, (_, at) => numbers[at % numbers.length]!),
      );
      // torchvision takes 0.2989 of red where Pillow and the standard have 0.299.
      const greys = peer.kind === 'grey' || peer.kind === 'saturation' || peer.kind === 'contrast';
      expect(farthest(values, compiled.data)).toBeLessThan(greys ? 2e-4 : TOLERANCE);
    });
});

it('cutout fills with the mean that the encoder subtracts', async () => {
  const shape: ImageShape = [6, 6, 3];
  const normalisation = { mean: [0.2, 0.4, 0.6], deviation: [1, 1, 1] };
  const settings = { kind: 'cutout', small: 1, large: 1 } as const;
  const { compiled } = await applyPrimitive(
    fitPrimitive(settings, shape, [6, 6], normalisation),
    { count: 1, shape, data: new Float32Array(108) },
    Float32Array.of(1, 3, 2, 6),
  );
  const filled = pictures(compiled)[0]!.flatMap((row, y) => row.flatMap((pixel, x) => (pixel[2]! > 0 ? [[y, x]] : [])));
  expect(filled).toEqual([1, 2].flatMap((row) => [2, 3, 4, 5].map((column) => [row, column])));
  expect(farthest(normalisation.mean, pictures(compiled)[0]![1]![2]!)).toBeLessThan(1e-6);
});

describe('what is drawn', () => {
  const fitted = (settings: PrimitiveSettings): Primitive => fitPrimitive(settings, [12, 10, 3], [12, 10]);
  const every = Object.values(cases).flatMap((list) => list.map(({ settings }) => fitted(settings)));

  it('depends on the key, the row and the place in the recipe, never on the other rows', () => {
    const together = drawNumbers(every, key, Int32Array.of(7, 2, 900_000));
    const length = together.length / 3;
    [7, 2, 900_000].forEach((row, place) =>
      expect(drawNumbers(every, key, Int32Array.of(row))).toEqual(together.slice(place * length, (place + 1) * length)),
    );
    expect(drawNumbers(every, key, Int32Array.of(8))).not.toEqual(together.slice(0, length));
    expect(drawNumbers(every, randomKey(4), Int32Array.of(7))).not.toEqual(together.slice(0, length));
  });

  it('is a box inside the image, with the area and the aspect that were asked for', () => {
    const areas: number[] = [];
    for (let row = 0; row < 2000; row += 1) {
      const [top, left, height, width] = drawBox(new RandomStream(foldIn(key, row)), [60, 80, 3], crop('bilinear'));
      expect(top >= 0 && left >= 0 && top + height <= 60 && left + width <= 80).toBe(true);
      expect(width / height).toBeGreaterThan(0.75 * 0.9);
      expect(width / height).toBeLessThan((4 / 3) * 1.1);
      areas.push((height * width) / 4800);
    }
    expect(Math.min(...areas)).toBeGreaterThan(0.07);
    expect(Math.max(...areas)).toBeLessThanOrEqual(1);
    // Large areas often do not fit with their aspect: 20,000 boxes of torchvision have a mean of 0.440.
    const mean = areas.reduce((sum, area) => sum + area, 0) / areas.length;
    expect(mean).toBeGreaterThan(0.42);
    expect(mean).toBeLessThan(0.46);
  });

  it('is the largest central box of an allowed aspect where no other fits', () => {
    const whole: RandomResizedCrop = { ...crop('bilinear'), scale: [1, 1] };
    expect(drawBox(new RandomStream(key), [10, 100, 3], whole)).toEqual([0, 43, 10, 13]);
    expect(drawBox(new RandomStream(key), [100, 10, 3], whole)).toEqual([43, 0, 13, 10]);
    expect(drawBox(new RandomStream(key), [1, 1, 3], whole)).toEqual([0, 0, 1, 1]);
  });

  it('has every order of the four operations, and leaves one image in five as it is', () => {
    const orders = new Set<string>();
    let unchanged = 0;
    for (let row = 0; row < 2000; row += 1) {
      const { order, amounts } = drawJitter(new RandomStream(foldIn(key, row)), jitter);
      orders.add(order.join());
      if (Object.values(amounts).every((amount) => amount === 1 || amount === 0)) unchanged += 1;
      expect(Math.abs(amounts.hue)).toBeLessThanOrEqual(0.4);
      expect(Math.abs(amounts.brightness - 1)).toBeLessThanOrEqual(0.8);
    }
    expect(orders.size).toBe(24);
    expect(unchanged / 2000).toBeGreaterThan(0.16);
    expect(unchanged / 2000).toBeLessThan(0.24);
  });

  it('is no negative factor, however strong the jitter', () => {
    for (let row = 0; row < 200; row += 1) {
      const { amounts } = drawJitter(new RandomStream(foldIn(key, row)), { ...jitter, brightness: 3 });
      expect(amounts.brightness).toBeGreaterThanOrEqual(0);
      expect(amounts.brightness).toBeLessThanOrEqual(4);
    }
  });
});

describe('a recipe', () => {
  const views = async (name: RecipeName | 'affine', shape: ImageShape): Promise<number> => {
    const recipe =
      name === 'affine'
        ? affineRecipe({ crop: [0.5, 1], rotation: 10, brightness: 0.4, contrast: 0.4 })
        : recipes[name];
    const augmentation = fitRecipe(recipe, shape);
    const images = randomImages(4, shape);
    const signature = {
      images: { shape: [4, ...shape], dtype: 'float32' as const },
      ...augmentation.signature(4),
    };
    const inputs = {
      images: { data: images.data, shape: [4, ...shape] },
      ...(augmentation.numbers === 0
        ? {}
        : { numbers: { data: augmentation.draw(key, Int32Array.of(5, 1, 2, 3)), shape: [4, augmentation.numbers] } }),
    };
    const { worst } = await disagreement((read) => ({ views: augmentation.apply(read) }), signature, inputs);
    return worst;
  };

  it.each(['affine', ...Object.keys(recipes)] as const)('%s gives the same views compiled and eager', async (name) => {
    expect(await views(name as RecipeName, [16, 14, 3])).toBeLessThan(TOLERANCE);
    expect(await views(name as RecipeName, [16, 14, 1])).toBeLessThan(TOLERANCE);
  });

  it('is its primitives, one after the other', async () => {
    const settings = [recipes.moco2.primitives[0], recipes.moco2.primitives[1]] as const;
    const images = randomImages(3, [12, 12, 3]);
    const rows = Int32Array.of(4, 0, 8);
    const augmentation = fitRecipe({ primitives: settings, normalisation: 'none' }, images.shape);
    const numbers = augmentation.draw(key, rows);
    const whole = await applyPrimitive(
      {
        output: images.shape,
        numbers: augmentation.numbers,
        draw() {},
        apply: (read, drawn) => augmentation.apply({ images: read, numbers: drawn }),
      },
      images,
      numbers,
    );
    let current = images;
    let first = 0;
    for (const setting of settings) {
      const primitive = fitPrimitive(setting, images.shape, [12, 12]);
      const own = Float32Array.from({ length: 3 * primitive.numbers }, (_, at) => {
        const image = Math.floor(at / primitive.numbers);
        return numbers[image * augmentation.numbers + first + (at % primitive.numbers)]!;
      });
      first += primitive.numbers;
      current = (await applyPrimitive(primitive, current, own)).compiled;
    }
    expect(farthest(current.data, whole.compiled.data)).toBeLessThan(1e-6);
  });

  it('refuses images that a primitive cannot be applied to, and says what to do', () => {
    expect(() => fitRecipe(recipes.idfd, [8, 8, 4])).toThrow(/colour jitter wants images of 1 or 3 channels/);
    expect(() => fitRecipe(recipes.moco2, [6, 20, 3])).toThrow(/a blur that reaches 6 pixels wants more than 6 rows/);
  });
});

describe('normalisation', () => {
  const set = { channels: 2, data: Uint8Array.of(0, 7, 255, 7, 51, 7, 0, 7) };

  it('of the images is the mean and the deviation of each channel', () => {
    const { mean, deviation } = imageNormalisation(set);
    expect(mean[0]).toBeCloseTo(0.3, 12);
    expect(mean[1]).toBeCloseTo(7 / 255, 12);
    expect(deviation[0]).toBeCloseTo(Math.sqrt((0.09 + 0.49 + 0.01 + 0.09) / 4), 12);
    // All values equal: nothing to divide by.
    expect(deviation[1]).toBe(1);
  });

  it('with published constants wants three channels', () => {
    expect(() => normalisationOf('cifar10', set)).toThrow(/"cifar10" is for 3 channels, the images have 2/);
    expect(normalisationOf('cifar10', { channels: 3, data: new Uint8Array(3) })?.mean[0]).toBe(0.4914);
    expect(normalisationOf('none', set)).toBeUndefined();
  });

  it('comes before the encoder, and changes nothing where there is none', async () => {
    const encoder = {
      variables: {},
      outputShape: [1, 1, 2],
      apply: (_: unknown, output: Tensor) => ({ output, updates: {} }),
    };
    const module = normalised(encoder, { mean: [0.5, 0.25], deviation: [0.5, 0.1] }, [1, 1, 2]);
    const images: Images = { count: 1, shape: [1, 1, 2], data: Float32Array.of(1, 0.25) };
    const identity: Primitive = {
      output: [1, 1, 2],
      numbers: 1,
      draw() {},
      apply: (read) => module.apply({}, read, 'eval').output as never,
    };
    const { compiled, eager } = await applyPrimitive(identity, images, Float32Array.of(0));
    expect([...compiled.data]).toEqual([1, 0]);
    expect([...eager.data]).toEqual([1, 0]);
    expect(normalised(encoder, undefined, [1, 1, 2])).toBe(encoder);
  });
});
