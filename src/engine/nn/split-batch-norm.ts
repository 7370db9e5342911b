// Batch norm with the statistics of parts of the batch, for methods whose two encoders must not share them (docs/methods.md §2.1).
import { mean, reshape, tile, transpose, type Tensor } from '../tensor.ts';
import { batchNorm } from './batch-norm.ts';
import type { Layer } from './module.ts';

/**
 * Batch norm over `splits` groups of consecutive rows of the batch, each with statistics of its own; scale and shift are shared. Running statistics
 * move by the mean over the groups. In evaluation there is no difference. One split is plain batch norm.
 * A step whose batch is no multiple of `splits` throws RangeError.
 */
export function splitBatchNorm(splits: number): Layer {
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
        const rank = inner.length;
        const axes = Array.from({ length: rank }, (_, axis) => axis);
        // [splits, rows, …, channels] → [rows, …, splits, channels], and back.
        const apart = transpose(reshape(input, [splits, rows, ...inner, channels]), [
          1,
          ...axes.map((axis) => axis + 2),
          0,
          rank + 2,
        ]);
        const { output, updates } = wide.apply(
          Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, tile(value, [splits])])),
          reshape(apart, [rows, ...inner, splits * channels]),
          mode,
        );
        const together = transpose(reshape(output, [rows, ...inner, splits, channels]), [
          rank + 1,
          0,
          ...axes.map((axis) => axis + 1),
          rank + 2,
        ]);
        const meanOfGroups = (value: Tensor): Tensor => mean(reshape(value, [splits, channels]), 0);
        return {
          output: reshape(together, input.shape),
          updates: Object.fromEntries(Object.entries(updates).map(([name, value]) => [name, meanOfGroups(value)])),
        };
      },
    };
  };
}
