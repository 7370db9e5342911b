// A function whose result training takes as given.
import { customGrad, zerosLike, type Tensor } from '../tensor.ts';

/** `compute` of `x`. The gradient that reaches `x` through it is zero, and what is computed inside needs none. */
export function withoutGradient<T extends Tensor>(x: Tensor, compute: (x: Tensor) => T): T {
  const given = customGrad((...args) => {
    const [input] = args as unknown as [Tensor];
    return { value: compute(input), gradFunc: () => [zerosLike(input)] };
  });
  return given(x);
}
