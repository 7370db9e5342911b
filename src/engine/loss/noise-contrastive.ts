// Instance discrimination as noise-contrastive estimation (Wu et al. 2018, NPID; docs/methods.md §3.5): an image's row of the bank is told from rows drawn
// at random.
import {
  add,
  customGrad,
  div,
  keep,
  matMul,
  mean,
  mul,
  neg,
  sigmoid,
  sub,
  sum,
  type Scalar,
  type Tensor,
  type Tensor2D,
} from '../tensor.ts';
import { softplus } from '../nn/softplus.ts';

export interface NoiseContrast {
  /** [B, d]. */
  readonly features: Tensor2D;
  /** The bank's rows in blocks, each [rows, d]. */
  readonly blocks: readonly Tensor2D[];
  /** The bank rows that the images own, [B, d]. */
  readonly own: Tensor2D;
  /** How many times each image has drawn each row, in the same blocks, each [B, rows]; `negatives` for each image. */
  readonly counts: readonly Tensor2D[];
  readonly temperature: number;
  readonly negatives: number;
  /** log Z, a scalar. */
  readonly logNormaliser: Tensor;
}

/** In the papers' code it keeps a denominator from being zero. */
const SLACK = 1e-7;

/**
 * −(1/B) Σ [ ln h(own) + Σ over the drawn ln((n/N) / (P + n/N + 1e-7)) ],  P = exp(v·v̄/τ)/Z,  h = P/(P + n/N + 1e-7), all on logarithms. The gradient reaches
 * the features only. Draws as counts: a row that many images draw is multiplied once.
 */
export function noiseContrastiveLoss(given: NoiseContrast): Scalar {
  const { temperature, negatives, counts, own, blocks, logNormaliser } = given;
  const rows = blocks.reduce((all, block) => all + block.shape[0], 0);
  const share = negatives / rows;
  const bar = Math.log(share + SLACK);
  const loss = customGrad((...args) => {
    const [features] = args as unknown as [Tensor2D];
    const batch = features.shape[0];
    const scaled = mul<Tensor2D>(features, 1 / temperature);
    /** ln P − ln(n/N + 1e-7). */
    const odds = (logits: Tensor2D): Tensor2D => sub(sub(logits, logNormaliser), bar);
    const positive = odds(sum<Tensor2D>(mul(scaled, own), 1, true));
    let value: Tensor2D = softplus(neg(positive));
    // How far each image is from taking its own row for drawn, and a drawn one for its own: what pulls and pushes.
    let pull: Tensor2D = mul(own, sub(sigmoid(positive), 1));
    blocks.forEach((block, at) => {
      const negative = odds(matMul<Tensor2D>(scaled, block, false, true));
      value = add(value, sum<Tensor2D>(mul(counts[at]!, softplus(negative)), 1, true));
      pull = add(pull, matMul<Tensor2D>(mul<Tensor2D>(counts[at]!, sigmoid(negative)), block));
    });
    const kept = keep(pull);
    return {
      value: add(mean(value), negatives * (bar - Math.log(share))),
      gradFunc: (dy: Tensor) => [mul(kept, div(dy, batch * temperature))],
    };
  });
  return loss(given.features) as Scalar;
}
