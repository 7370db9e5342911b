// Batch normalisation over all axes but the last (Ioffe, Szegedy 2015), with a compact gradient.
import {
  add,
  customGrad,
  div,
  keep,
  mean,
  mul,
  reshape,
  rsqrt,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
} from '../tensor.ts';
import type { Applied, Layer } from './module.ts';

/** Epsilon, and the share of the batch in the running statistics: PyTorch's convention (docs/methods.md §2.1). */
const EPSILON = 1e-5;
const MOMENTUM = 0.1;

interface Statistics {
  /** Per column, [columns]. */
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** Mean and biased variance of each column of [rows, columns]. */
function columnStatistics(x: Tensor2D): Statistics {
  const centre = mean(x, 0);
  return { mean: centre, variance: mean(square(sub(x, centre)), 0) };
}

/**
 * Normalises each column of [rows, columns] by the batch's own statistics, then scales and shifts.
 * The gradient is written out: dx = scale / sigma · (dy − mean(dy) − xhat · mean(dy · xhat)), four passes instead of the fourteen
 * that differentiating mean and variance one by one gives.
 */
function normaliseColumns(x: Tensor2D, scale: Tensor, shift: Tensor): Tensor {
  const normalise = customGrad((...args) => {
    const [input, gamma, beta] = args as unknown as [Tensor2D, Tensor, Tensor];
    const { mean: centre, variance } = columnStatistics(input);
    const centred = keep(sub(input, centre));
    const inverse = keep(rsqrt(add(variance, EPSILON)));
    const factor = keep(mul(inverse, gamma));
    const value = add(mul(centred, factor), beta);
    return {
      value,
      gradFunc: (dy: Tensor) => {
        const rows = input.shape[0];
        const dBeta = sum(dy, 0);
        const dGammaRaw = sum(mul(dy, centred), 0);
        const slope = div(mul(dGammaRaw, square(inverse)), rows);
        const dx = mul(sub(sub(dy, mul(centred, slope)), div(dBeta, rows)), factor);
        return [dx, mul(dGammaRaw, inverse), dBeta];
      },
    };
  });
  return normalise(x, scale, shift);
}

export const batchNorm: Layer = (inputShape) => {
  const channels = inputShape.at(-1)!;
  return {
    variables: {
      scale: { shape: [channels], start: { kind: 'ones' }, trained: true },
      shift: { shape: [channels], start: { kind: 'zeros' }, trained: true },
      mean: { shape: [channels], start: { kind: 'zeros' }, trained: false },
      variance: { shape: [channels], start: { kind: 'ones' }, trained: false },
    },
    outputShape: inputShape,
    apply({ scale, shift, mean: runningMean, variance: runningVariance }, input, mode): Applied {
      if (mode === 'eval') {
        const factor = mul(scale!, rsqrt(add(runningVariance!, EPSILON)));
        return { output: add(mul(sub(input, runningMean!), factor), shift!), updates: {} };
      }
      const rows = input.size / channels;
      const flat: Tensor2D = reshape(input, [rows, channels]);
      const statistics = columnStatistics(flat);
      const output = reshape(normaliseColumns(flat, scale!, shift!), input.shape);
      const unbiased = mul(statistics.variance, rows / Math.max(1, rows - 1));
      const blend = (running: Tensor, batch: Tensor): Tensor =>
        keep(add(mul(running, 1 - MOMENTUM), mul(batch, MOMENTUM)));
      return {
        output,
        updates: { mean: blend(runningMean!, statistics.mean), variance: blend(runningVariance!, unbiased) },
      };
    },
  };
};
