// Feature decorrelation in softmax form (Tao, Takagi, Nakata 2021; docs/methods.md §3.4): columns of the features should be orthogonal.
import { eye, logSumExp, matMul, mean, mul, sub, sum, type Scalar, type Tensor2D } from '../tensor.ts';
import { normaliseColumns } from '../nn/layers.ts';

/** Cross-entropy of the [d, d] cosines of the columns of [B, d], over `temperature`, against the diagonal. Between about 4.36 and 4.85 for d = 128, τ₂ = 2. */
export function decorrelationLoss(features: Tensor2D, temperature: number): Scalar {
  const columns = normaliseColumns(features);
  const cosines = mul(matMul(columns, columns, true, false), 1 / temperature);
  const diagonal = sum(mul(cosines, eye(features.shape[1])), 1);
  return mean(sub(logSumExp(cosines, 1), diagonal));
}
