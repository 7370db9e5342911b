// The backbones: counts of parameters as published, sizes on the way, compiled against eager, and images that are too small.
import { describe, expect, it } from 'vitest';
import { backboneNames, type BackboneName } from '../../src/engine/nn/backbone-names.ts';
import { backbones } from '../../src/engine/nn/backbones.ts';
import { EncoderError } from '../../src/engine/nn/encoder-error.ts';
import type { Module } from '../../src/engine/nn/module.ts';
import { trace } from '../../src/engine/trace/backend.ts';
import { disagreement } from './compare.ts';
import { randomInputs } from './difference.ts';
import { pooledValues } from './weights.ts';

const count = (module: Module): number =>
  Object.values(module.variables)
    .filter(({ trained }) => trained)
    .reduce((sum, { shape }) => sum + shape.reduce((all, size) => all * size, 1), 0);

/** What the linear head adds: its weight and bias. */
const headCount = (width: number, dimension: number): number => width * dimension + dimension;

/** Sizes of the activations, [height, width, channels], each once, in order. */
function sizes(name: BackboneName, height: number, width: number, channels: number): string {
  const module = backbones[name](128)([height, width, channels]);
  const graph = trace((inputs) => ({ y: module.apply(inputs, inputs.x!, 'train').output }), {
    x: { shape: [2, height, width, channels], dtype: 'float32' },
    ...Object.fromEntries(
      Object.entries(module.variables).map(([key, { shape }]) => [key, { shape, dtype: 'float32' as const }]),
    ),
  });
  const shapes = graph.nodes.flatMap((node) =>
    node.kind === 'kernel' && (node.kernel === 'Conv2D' || node.kernel === 'MaxPool')
      ? [`${node.shape.slice(1).join('×')}`]
      : [],
  );
  return shapes.filter((shape, at) => shape !== shapes[at - 1]).join(' ');
}

describe('parameters without the head', () => {
  // torchvision's published counts less its fc layer of 1,000 classes: 11,689,512, 21,797,672 and 25,557,032. The others differ in the stem only:
  // 3×3 instead of 7×7 filters. conv3, conv4: worked out by hand.
  it.each([
    ['resnet18_imagenet', 3, 512, 11_689_512 - 513_000],
    ['resnet34_imagenet', 3, 512, 21_797_672 - 513_000],
    ['resnet50_imagenet', 3, 2048, 25_557_032 - 2_049_000],
    ['resnet18_cifar', 3, 512, 11_689_512 - 513_000 - 40 * 3 * 64],
    ['resnet34_cifar', 3, 512, 21_797_672 - 513_000 - 40 * 3 * 64],
    ['resnet18_stl', 3, 512, 11_689_512 - 513_000 - 40 * 3 * 64],
    ['resnet34_stl', 3, 512, 21_797_672 - 513_000 - 40 * 3 * 64],
    ['resnet18_cifar', 1, 512, 11_689_512 - 513_000 - 49 * 3 * 64 + 9 * 64],
    ['small_cnn', 1, 128, 9 * (32 + 32 * 64 + 64 * 128 + 128 * 128) + 2 * (32 + 64 + 128 + 128)],
  ] as const)('%s of %i channels', (name, channels, width, parameters) => {
    expect(count(backbones[name](128)([64, 64, channels])) - headCount(width, 128)).toBe(parameters);
  });

  it('conv3 and conv4 with their head', () => {
    expect(count(backbones.conv3(128)([28, 28, 1]))).toBe(355_168);
    expect(count(backbones.conv4(128)([28, 28, 1]))).toBe(388_704);
    expect(count(backbones.conv4_half(128)([28, 28, 1]))).toBe(134_512);
  });

  it('the heads', () => {
    const extra = (head: 'mlp' | 'mlp_bn') =>
      count(backbones.resnet18_cifar(128, { head })([32, 32, 3])) - count(backbones.resnet18_cifar(128)([32, 32, 3]));
    expect(extra('mlp')).toBe(512 * 512 + 512);
    expect(extra('mlp_bn')).toBe(512 * 512 + 2 * 512);
  });
});

describe('sizes of activations', () => {
  it.each([
    ['resnet18_cifar', 28, 28, 1, '28×28×64 14×14×128 7×7×256 4×4×512'],
    // Between a convolution of the new width and the shortcut's the sizes are equal: one entry a stage.
    ['resnet18_stl', 96, 96, 3, '96×96×64 49×49×64 25×25×128 13×13×256 7×7×512'],
    ['resnet34_stl', 64, 64, 3, '64×64×64 33×33×64 17×17×128 9×9×256 5×5×512'],
    ['resnet34_stl', 32, 32, 3, '32×32×64 17×17×64 9×9×128 5×5×256 3×3×512'],
    ['resnet34_cifar', 32, 32, 3, '32×32×64 16×16×128 8×8×256 4×4×512'],
    ['resnet18_imagenet', 224, 224, 3, '112×112×64 56×56×64 28×28×128 14×14×256 7×7×512'],
    ['resnet34_imagenet', 96, 64, 3, '48×32×64 24×16×64 12×8×128 6×4×256 3×2×512'],
    ['conv4', 28, 28, 1, '14×14×32 14×14×64 7×7×64 7×7×128 3×3×128'],
  ] as const)('%s of %i×%i×%i', (name, height, width, channels, expected) => {
    expect(sizes(name, height, width, channels)).toBe(expected);
  });

  it('resnet50_imagenet: three convolutions a block, the stride on the 3×3', () => {
    expect(sizes('resnet50_imagenet', 224, 224, 3)).toMatch(
      /^112×112×64 56×56×64 56×56×256 (56×56×64 56×56×256 ){2}56×56×128 28×28×128 28×28×512 .* 14×14×512 7×7×512 7×7×2048 (7×7×512 7×7×2048 ?){2}$/,
    );
  });
});

describe('compiled backbones agree with eager ones', () => {
  // Small, for the eager reference is slow. In training the last batch norm must see more than a handful of values: the sign of what two nearly
  // equal ones become is rounding.
  it.each([
    ['conv3', 14, 'train'],
    ['conv4', 14, 'train'],
    ['conv4_half', 14, 'train'],
    ['small_cnn', 14, 'train'],
    ['resnet18_stl', 16, 'train'],
    ['resnet18_cifar', 8, 'eval'],
    ['resnet18_imagenet', 32, 'eval'],
    ['resnet50_imagenet', 32, 'eval'],
  ] as const)('%s of %i pixels, %s', async (name, size, mode) => {
    const module = backbones[name](8)([size, size, 1]);
    const signature = {
      x: { shape: [2, size, size, 1], dtype: 'float32' as const },
      ...Object.fromEntries(
        Object.entries(module.variables).map(([key, { shape }]) => [key, { shape, dtype: 'float32' as const }]),
      ),
    };
    const inputs = {
      ...randomInputs({ x: signature.x }),
      ...Object.fromEntries(
        Object.entries(pooledValues(module)).map(([key, data]) => [key, { data, shape: module.variables[key]!.shape }]),
      ),
    };
    expect(
      (await disagreement((given) => ({ y: module.apply(given, given.x!, mode).output }), signature, inputs)).worst,
    ).toBeLessThan(1e-4);
  });
});

describe('images that are too small', () => {
  it('are an error that names the size wanted and what would fit', () => {
    const small = () => backbones.resnet18_imagenet(128)([40, 28, 1]);
    expect(small).toThrow(EncoderError);
    expect(small).toThrow(
      expect.objectContaining({
        message: 'images of 40×28 pixels are too small for the backbone resnet18_imagenet, which takes 32×32 or more',
        hint: 'for this size there are conv3, conv4, conv4_half, small_cnn, resnet18_cifar, resnet34_cifar, resnet18_stl, resnet34_stl',
      }),
    );
  });

  it('every backbone takes what it says it takes: no layer sees an empty image', () => {
    for (const name of backboneNames) {
      const smallest = [1, 7, 8, 16, 32].find((size) => {
        try {
          return backbones[name](4)([size, size, 1]) !== undefined;
        } catch {
          return false;
        }
      })!;
      expect(sizes(name, smallest, smallest, 1)).not.toMatch(/\b0×/);
    }
  });
});
