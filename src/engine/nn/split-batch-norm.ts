// Batch norm with the statistics of parts of the batch, for methods whose two encoders must not share them (docs/methods.md §2.1).
import { keep, mean, reshape, tile, transpose, type Tensor } from '../tensor.ts';
import { batchNorm } from './batch-norm.ts';
import type { Layer } from './module.ts';

/** Which rows of a batch form a group: rows that follow one another, or every so-many-th row. */
export type Grouping = 'consecutive' | 'strided';

/**
 * Batch norm over `splits` equal groups of rows of the batch, each with statistics of its own; scale and shift are shared. Running statistics
 * move by the mean over the groups. In evaluation there is no difference. One split is plain batch norm.
 * Two encoders of which one groups consecutive rows and the other every so-many-th share no group: what MoCo's shuffling of the batch is for.
 * A step whose batch is no multiple of `splits` throws RangeError.
 */
export function splitBatchNorm(splits: number, grouping: Grouping = 'consecutive'): Layer {
  if (splits === 1) return batchNorm;
  return (inputShape) => {
    const plain = batchNorm(inputShape);
    const channels = inputShape.at(-1)!;
    const inner = inputShape.slice(0, -1);
    // Groups as further channels: each then has its own statistics in plain batch norm.
    const wide = batchNorm([...inner, splits * channels]);
    return {
      variables: plain.variables,
      outputShape: inputShape,
      apply(variables, input, mode) {
        if (mode === 'eval') return plain.apply(variables, input, mode);
        const batch = input.shape[0];
        if (batch % splits !== 0)
          throw new RangeError(`a batch of ${batch} cannot be normalised in ${splits} equal parts`);
        const rows = batch / splits;
        // [rows, …, splits, channels]: of strided groups the batch is that already but for the place of the groups.
        const [split, unsplit] = grouping === 'consecutive' ? [0, 1] : [1, 0];
        const axes = inner.map((_, axis) => axis + 2);
        const last = inner.length + 2;
        const outer = grouping === 'consecutive' ? [splits, rows] : [rows, splits];
        const apart = transpose(reshape(input, [...outer, ...inner, channels]), [unsplit, ...axes, split, last]);
        const { output, updates } = wide.apply(
          Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, tile(value, [splits])])),
          reshape(apart, [rows, ...inner, splits * channels]),
          mode,
        );
        const back = inner.map((_, axis) => axis + 1);
        const groups = inner.length + 1;
        const order = grouping === 'consecutive' ? [groups, 0] : [0, groups];
        const together = transpose(reshape(output, [rows, ...inner, splits, channels]), [...order, ...back, last]);
        const meanOfGroups = (value: Tensor): Tensor => keep(mean(reshape(value, [splits, channels]), 0));
        return {
          output: reshape(together, input.shape),
          updates: Object.fromEntries(Object.entries(updates).map(([name, value]) => [name, meanOfGroups(value)])),
        };
      },
    };
  };
}
