// log(1 + eˣ), which neither overflows nor loses small values to a large sum.
import { add, exp, log, neg, relu, type Tensor } from '../tensor.ts';

export function softplus<T extends Tensor>(x: T): T {
  const magnitude = add(relu(x), relu(neg(x)));
  return add(relu(x), log(add(exp(neg(magnitude)), 1)));
}
