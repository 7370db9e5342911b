// The two networks of momentum contrast (He et al. 2020): one that learns, and one that follows it and gives the keys.
import { partsUnitNorm } from './parts-unit-norm.ts';
import { linear, relu } from './layers.ts';
import { sequential, type Layer, type Layers, type Module } from './module.ts';
import { splitBatchNorm } from './split-batch-norm.ts';

export interface ContrastNetwork {
  readonly query: Module;
  /** Its trained variables are some of the query's, by the same names. */
  readonly key: Module;
}

export interface ContrastNetworkOptions {
  /** Lengths of the parts of a feature vector, each of unit norm. */
  readonly parts: readonly number[];
  /** Groups of the batch with batch-norm statistics of their own. The two networks group other rows together: what shuffling does in MoCo. */
  readonly normSplits: number;
  /** MoCo v3: the query passes through two more layers, the key does not. */
  readonly predictor: boolean;
}

/** @param layers from the input to vectors whose length is the sum of the parts, with a batch norm. */
export function contrastNetwork(
  layers: (norm: Layer) => Layers,
  input: readonly number[],
  { normSplits, ...options }: ContrastNetworkOptions,
): ContrastNetwork {
  return {
    query: sequential(queryLayers(layers, options, splitBatchNorm(normSplits)))(input),
    key: sequential({ ...layers(splitBatchNorm(normSplits, 'strided')), unitNorm: partsUnitNorm(options.parts) })(
      input,
    ),
  };
}

/** The network that learns, by layers: as in {@link contrastNetwork}. */
export function queryLayers(
  layers: (norm: Layer) => Layers,
  { parts, predictor }: Omit<ContrastNetworkOptions, 'normSplits'>,
  norm: Layer,
): Layers {
  const dimension = parts.reduce((sum, length) => sum + length, 0);
  const prediction: Layers = {
    predictor: sequential({ hidden: linear(dimension, { bias: false }), norm, relu, linear: linear(dimension) }),
  };
  return { ...layers(norm), ...(predictor ? prediction : {}), unitNorm: partsUnitNorm(parts) };
}
