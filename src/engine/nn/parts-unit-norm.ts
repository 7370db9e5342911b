// Unit norm of each part of a vector by itself: CDC's categorical and instance parts (docs/methods.md §3.10).
import { matMul, maximum, mul, rsqrt, slice, square, tensor2d, type Tensor2D } from '../tensor.ts';
import type { Layer } from './module.ts';

/** Columns of [B, sum of lengths] in runs of these lengths, from left to right. */
export function splitColumns(x: Tensor2D, lengths: readonly number[]): Tensor2D[] {
  let first = 0;
  return lengths.map((length) => {
    const part = slice(x, [0, first], [x.shape[0], length]);
    first += length;
    return part;
  });
}

/**
 * Each part divided by its own Euclidean norm, at least 1e-12; the whole has the norm √parts. The norms are products with a matrix that says which
 * column belongs to which part: the gradient then is made of products too.
 */
export function partsUnitNorm(lengths: readonly number[]): Layer {
  const owner = lengths.flatMap((length, part) => new Array<number>(length).fill(part));
  return (shape) => ({
    variables: {},
    outputShape: shape,
    apply(_, input) {
      const x = input as Tensor2D;
      const membership = tensor2d(owner.map((part) => lengths.map((__, other) => (other === part ? 1 : 0))));
      const squares = matMul(square(x), membership);
      const inverse = rsqrt(maximum(squares, 1e-24));
      return { output: mul(x, matMul(inverse, membership, false, true)), updates: {} };
    },
  });
}
