// InfoNCE: an image's view must be told from other images by the other view (van den Oord et al. 2018; He et al. 2020, MoCo; CDC eq. 2).
import { softplus } from '../nn/softplus.ts';
import { logSumExp, matMul, mean, mul, sub, sum, type Scalar, type Tensor2D } from '../tensor.ts';

/**
 * Mean of −log softmax of the own key among all: `queries` and `keys` [B, d], a row each image. The others are the rows of `queue` [R, d], or, where
 * there is none, the keys of the other images (MoCo v3).
 */
export function infoNceLoss(
  queries: Tensor2D,
  keys: Tensor2D,
  queue: Tensor2D | undefined,
  temperature: number,
): Scalar {
  const scaled = mul<Tensor2D>(queries, 1 / temperature);
  const own = sum<Tensor2D>(mul(scaled, keys), 1, true);
  // All keys of a batch: the own one is among them.
  if (queue === undefined) return mean(sub(logSumExp(matMul(scaled, keys, false, true), 1, true), own));
  const others: Tensor2D = logSumExp(matMul(scaled, queue, false, true), 1, true);
  return mean(softplus(sub(others, own)));
}
