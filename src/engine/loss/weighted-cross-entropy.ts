// Cross-entropy against targets whose rows carry weights, for self-labelling (Van Gansbeke et al. 2020; docs/methods.md §3.12).
import { logSumExp, mul, sub, sum, type Scalar, type Tensor2D } from '../tensor.ts';

/** −Σ_ik t_ik log softmax(logits)_ik. A row of `targets` [B, K] sums to the weight of its image; one of zeros counts for nothing. */
export function weightedCrossEntropyLoss(logits: Tensor2D, targets: Tensor2D): Scalar {
  const weights = sum(targets, 1);
  return sum(sub(mul(logSumExp(logits, 1), weights), sum(mul(targets, logits), 1)));
}
