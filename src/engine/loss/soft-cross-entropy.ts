// Cross-entropy of logits against soft targets (docs/methods.md §3.10).
import { logSumExp, mean, mul, sub, sum, type Scalar, type Tensor2D } from '../tensor.ts';

/** Mean over the rows of −Σ_k q_k log softmax(logits)_k. Both [B, K]; the rows of the targets sum to 1. */
export function softCrossEntropyLoss(logits: Tensor2D, targets: Tensor2D): Scalar {
  return mean(sub(logSumExp(logits, 1), sum(mul(targets, logits), 1)));
}
