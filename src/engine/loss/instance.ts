// Instance discrimination: each image is its own class, the classes are the rows of a memory bank.
import {
  add,
  customGrad,
  div,
  gather,
  keep,
  log,
  matMul,
  max,
  mean,
  mul,
  softmax,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Scalar,
} from '../tensor.ts';

/** One term of the logits: `features` [B, d] against `bank` [N, d], divided by `temperature`. */
export interface Similarity {
  readonly features: Tensor2D;
  readonly bank: Tensor2D;
  readonly temperature: number;
}

/**
 * Mean cross-entropy of  v·V̄ᵀ/τ (+ w·W̄ᵀ/τ_b)  against the rows that the images own: IDFD's and, with `discard`, cIDFD's instance loss
 * (METHODS §2.1 eqs. 2 and 4: the weight alpha_ij = exp(w_i·w_j/τ_xb) is an additive logit; §2.2).
 * The gradient reaches `keep.features` only; banks and the discard branch have none. `targets` [B] int32 are bank rows.
 */
export function instanceLoss(kept: Similarity, targets: Tensor1D, discard?: Similarity): Scalar {
  const loss = customGrad((...args) => {
    const [features] = args as unknown as [Tensor2D];
    const batch = features.shape[0];
    const scores = (one: Tensor2D, { bank, temperature }: Similarity): Tensor2D =>
      matMul(mul(one, 1 / temperature), bank, false, true);
    const own = (one: Tensor2D, { bank, temperature }: Similarity): Tensor =>
      div(sum(mul(one, gather(bank, targets)), 1), temperature);
    const logits =
      discard === undefined ? scores(features, kept) : add(scores(features, kept), scores(discard.features, discard));
    const positive =
      discard === undefined ? own(features, kept) : add(own(features, kept), own(discard.features, discard));
    const probabilities = keep(softmax(logits as Tensor2D));
    // log Σ exp(l) = max l − log(largest probability), and the largest probability is at least 1/N: never an overflow, never log 0.
    const logSumExp = sub(max(logits, 1), log(max(probabilities, 1)));
    return {
      value: mean(sub(logSumExp, positive)),
      gradFunc: (dy: Tensor) => {
        const expected = matMul(probabilities, kept.bank);
        return [mul(sub(expected, gather(kept.bank, targets)), div(dy, batch * kept.temperature))];
      },
    };
  });
  return loss(kept.features) as Scalar;
}
