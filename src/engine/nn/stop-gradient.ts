// A value that training takes as given.
import { clone, customGrad, zerosLike, type Tensor } from '../tensor.ts';

/** The same values; the gradient is zero. */
export function stopGradient<T extends Tensor>(x: T): T {
  const stopped = customGrad((...args) => ({
    value: clone(args[0] as Tensor),
    gradFunc: (dy: Tensor) => [zerosLike(dy)],
  }));
  return stopped(x) as T;
}
