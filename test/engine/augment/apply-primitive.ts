// Applies a primitive to images with given numbers, compiled and eagerly.
import type { ImageShape, Primitive } from '../../../src/engine/augment/primitive.ts';
import { runEagerly } from '../../../src/engine/runtime/eager.ts';
import type { Step, StepSignature } from '../../../src/engine/runtime/step.ts';
import type { Tensor2D, Tensor4D } from '../../../src/engine/tensor.ts';
import { runCompiled } from '../compare.ts';

export interface Images {
  readonly count: number;
  readonly shape: ImageShape;
  /** 0..1, NHWC. */
  readonly data: Float32Array;
}

/** What a primitive gives, by who computed it. */
export async function applyPrimitive(
  primitive: Primitive,
  images: Images,
  numbers: Float32Array,
): Promise<Readonly<Record<'compiled' | 'eager', Images>>> {
  const signature: StepSignature = {
    images: { shape: [images.count, ...images.shape], dtype: 'float32' },
    numbers: { shape: [images.count, primitive.numbers], dtype: 'float32' },
  };
  const step: Step = (inputs) => ({
    views: primitive.apply(inputs.images as Tensor4D, inputs.numbers as Tensor2D),
  });
  const inputs = {
    images: { data: images.data, shape: signature.images!.shape },
    numbers: { data: numbers, shape: signature.numbers!.shape },
  };
  const result = async (run: typeof runCompiled): Promise<Images> => {
    const { data, shape } = (await run(step, signature, inputs)).views!;
    return { count: shape[0]!, shape: shape.slice(1) as unknown as ImageShape, data: data as Float32Array };
  };
  return { compiled: await result(runCompiled), eager: await result(runEagerly) };
}

/** Largest difference of two lists of numbers; endless where one is none or their lengths differ. */
export function farthest(expected: ArrayLike<number>, actual: ArrayLike<number>): number {
  if (expected.length !== actual.length) return Infinity;
  let worst = 0;
  for (let at = 0; at < expected.length; at += 1) {
    const difference = Math.abs(expected[at]! - actual[at]!);
    worst = Number.isNaN(difference) ? Infinity : Math.max(worst, difference);
  }
  return worst;
}
