// Instance discrimination: each image is its own class, the classes are the rows of a memory bank.
import {
  add,
  concat,
  customGrad,
  div,
  keep,
  log,
  matMul,
  max,
  mean,
  mul,
  reshape,
  slice,
  softmax,
  sub,
  sum,
  type Scalar,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
} from '../tensor.ts';

/** One term of the logits: `features` [B, d] against the rows of a bank, divided by `temperature`. */
export interface Similarity {
  readonly features: Tensor2D;
  /** The bank's rows in blocks, each [rows, d]; all terms of a loss are cut at the same rows. */
  readonly blocks: readonly Tensor2D[];
  /** The bank rows that the images own, [B, d]. */
  readonly own: Tensor2D;
  readonly temperature: number;
}

const total = (terms: readonly Tensor2D[]): Tensor2D => terms.reduce((all, one) => add(all, one));

/** log Σ exp over each row, [B, 1], and the softmax itself. The largest probability is at least 1/columns: no overflow, no log 0. */
function softmaxAndSum(logits: Tensor2D): { readonly probabilities: Tensor2D; readonly logSumExp: Tensor2D } {
  const probabilities: Tensor2D = softmax(logits);
  return { probabilities, logSumExp: sub(max(logits, 1, true), log(max(probabilities, 1, true))) };
}

/**
 * Mean cross-entropy of  v·V̄ᵀ/τ (+ w·W̄ᵀ/τ_b)  against the rows that the images own: IDFD's and, with `discard`, cIDFD's instance loss
 * (Oshima, Takagi, Nakata 2024, eq. 2 and 4: the weight alpha_ij = exp(w_i·w_j/τ_xb) is an additive logit; docs/methods.md §3.3, §3.6).
 * The gradient reaches `kept.features` only; banks and the discard branch have none.
 *
 * The bank is read once, block by block (docs/methods.md §3.7): each block gives its log-sum-exp and the mean row that its softmax expects;
 * blocks are then weighted by their share. No [B, N] array is ever whole, and the gradient needs no second pass: it is (expected row − own row) / (B·τ).
 */
export function instanceLoss(kept: Similarity, discard?: Similarity): Scalar {
  const loss = customGrad((...args) => {
    const [features] = args as unknown as [Tensor2D];
    const [batch, dimension] = features.shape;
    const terms = discard === undefined ? [{ ...kept, features }] : [{ ...kept, features }, discard];
    const scaled = terms.map(({ features: rows, temperature }) => mul<Tensor2D>(rows, 1 / temperature));
    // One tensor a block: whoever needs its sum has its expected row computed too, so that the block's softmax is done with. As two tensors
    // ONNX Runtime took all sums first, and kept [B, N] probabilities for the rows.
    const records = kept.blocks.map((block, index) => {
      const scores = terms.map(({ blocks }, term) => matMul<Tensor2D>(scaled[term]!, blocks[index]!, false, true));
      const { probabilities, logSumExp } = softmaxAndSum(total(scores));
      return concat([matMul<Tensor2D>(probabilities, block), logSumExp], 1);
    });
    const blocks = records.length;
    const stacked: Tensor3D = reshape(blocks === 1 ? records[0]! : concat(records, 1), [batch, blocks, dimension + 1]);
    const { probabilities: shares, logSumExp } = softmaxAndSum(
      reshape(slice(stacked, [0, 0, dimension], [batch, blocks, 1]), [batch, blocks]),
    );
    const positive = total(terms.map(({ own }, term) => sum<Tensor2D>(mul(scaled[term]!, own), 1, true)));
    const rows = slice(stacked, [0, 0, 0], [batch, blocks, dimension]);
    const expected = keep(sum<Tensor2D>(mul(rows, reshape(shares, [batch, blocks, 1])), 1));
    return {
      value: mean(sub(logSumExp, positive)),
      gradFunc: (dy: Tensor) => [mul(sub(expected, kept.own), div(dy, batch * kept.temperature))],
    };
  });
  return loss(kept.features) as Scalar;
}
