// Feature decorrelation as soft orthogonality: IDFO (Tao, Takagi, Nakata 2021; docs/methods.md §3.5).
import { eye, matMul, square, sub, sum, type Scalar, type Tensor2D } from '../tensor.ts';
import { normaliseColumns } from '../nn/layers.ts';

/** ‖FᵀF − I‖² (Frobenius), with the columns of [B, d] scaled to unit norm: 0 where they are orthogonal, d² − d where all are the same. */
export function orthogonalityLoss(features: Tensor2D): Scalar {
  const columns = normaliseColumns(features);
  return sum(square(sub(matMul(columns, columns, true, false), eye(features.shape[1]))));
}
