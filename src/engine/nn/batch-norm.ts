// Batch normalisation over all axes but the last (Ioffe, Szegedy 2015), with a compact gradient.
import {
  add,
  batchNorm as batchNormGiven,
  customGrad,
  keep,
  mean,
  mul,
  neg,
  reshape,
  rsqrt,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
} from '../tensor.ts';
import type { Applied, Layer } from './module.ts';

/** Epsilon, and the share of the batch in the running statistics: PyTorch's convention (docs/methods.md §2.1). */
const EPSILON = 1e-5;
const MOMENTUM = 0.1;

interface Statistics {
  /** Per channel, [channels]. */
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** All axes but the last, which holds the channels. */
const rowAxes = ({ rank }: Tensor): number[] => Array.from({ length: rank - 1 }, (_, axis) => axis);

/** Mean and biased variance of each channel of [..., channels]. */
function channelStatistics(x: Tensor): Statistics {
  const axes = rowAxes(x);
  const centre = mean(x, axes);
  return { mean: centre, variance: mean(square(sub(x, centre)), axes) };
}

/**
 * Normalises each channel of [..., channels] by the batch's own statistics, then scales and shifts.
 * The gradient is written out: dx = scale / sigma · (dy − mean(dy) − xhat · mean(dy · xhat)), as products and sums by channel, which the
 * compiler makes one pass each (lower/fuse.ts); differentiating mean and variance one by one takes fourteen.
 */
function normaliseChannels(x: Tensor, scale: Tensor, shift: Tensor): Tensor {
  const normalise = customGrad((...args) => {
    const [input, gamma, beta] = args as unknown as [Tensor, Tensor, Tensor];
    const { mean: centre, variance } = channelStatistics(input);
    const centred = keep(sub(input, centre));
    const inverse = keep(rsqrt(add(variance, EPSILON)));
    const factor = keep(mul(inverse, gamma));
    const value = add(mul(centred, factor), beta);
    return {
      value,
      gradFunc: (dy: Tensor) => {
        const axes = rowAxes(input);
        const share = mul(factor, input.shape.at(-1)! / input.size);
        const dBeta = sum(dy, axes);
        const dGamma = mul(sum(mul(dy, centred), axes), inverse);
        const rest = add(mul(centred, neg(mul(mul(dGamma, inverse), share))), neg(mul(dBeta, share)));
        return [add(mul(dy, factor), rest), dGamma, dBeta];
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
        const [batch] = input.shape;
        // Of vectors: as images of one pixel.
        const image: Tensor4D = input.rank === 4 ? (input as Tensor4D) : reshape(input, [batch, 1, 1, channels]);
        const given = [runningMean, runningVariance, shift, scale] as [Tensor1D, Tensor1D, Tensor1D, Tensor1D];
        const normalised = batchNormGiven(image, ...given, EPSILON);
        return { output: reshape(normalised, input.shape), updates: {} };
      }
      const rows = input.size / channels;
      const statistics = channelStatistics(input);
      const output = normaliseChannels(input, scale!, shift!);
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
