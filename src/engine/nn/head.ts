// Heads: from a backbone's vector to the feature vector of an encoder, before it is scaled to unit norm (docs/methods.md §2.3).
import type { HeadName } from './head-names.ts';
import { linear, relu } from './layers.ts';
import type { Layer, Layers } from './module.ts';

/** The layers of a head that takes vectors of length `width` and gives vectors of length `dimension`. */
export function head(name: HeadName, width: number, dimension: number, norm: Layer): Layers {
  switch (name) {
    case 'linear':
      return { linear: linear(dimension) };
    case 'mlp':
      return { hidden: linear(width), relu, linear: linear(dimension) };
    case 'mlp_bn':
      return {
        hidden: linear(width, { bias: false }),
        norm,
        relu,
        linear: linear(dimension),
      };
  }
}
