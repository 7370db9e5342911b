// Sinkhorn-Knopp: soft assignments of a batch to clusters of equal mass (Cuturi 2013; Caron et al. 2020, SwAV; CDC eq. 6).
import { add, exp, logSumExp, mul, sub, type Tensor2D } from '../tensor.ts';

export interface SinkhornOptions {
  /** Weight of the entropy: the smaller, the harder the assignments. SwAV and CDC have 0.05. */
  readonly epsilon: number;
  /** Rounds of rescaling columns and rows. SwAV and CDC have 3. */
  readonly iterations: number;
}

/**
 * Assignments [B, K] from scores [B, K]: each row sums to 1, each column to about B / K, the closer the more iterations.
 * The published iterations, on logarithms: neither large scores nor a small epsilon overflow, and no row vanishes.
 */
export function equipartition(scores: Tensor2D, { epsilon, iterations }: SinkhornOptions): Tensor2D {
  const [batch, clusters] = scores.shape;
  let logarithms = mul<Tensor2D>(scores, 1 / epsilon);
  for (let round = 0; round < iterations; round += 1) {
    const masses = add(logSumExp(logarithms, 0, true), Math.log(clusters / batch));
    logarithms = sub(logarithms, masses);
    logarithms = sub(logarithms, logSumExp(logarithms, 1, true));
  }
  return exp(logarithms);
}
