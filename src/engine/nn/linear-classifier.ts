// The linear classifier of linear evaluation (docs/methods.md §5.5): one linear layer with the start that MoCo's code gives it.
import { linear } from './layers.ts';
import type { Layer } from './module.ts';

/** Deviation of the weights at the start; biases start at zero. */
const DEVIATION = 0.01;

/** Vectors to the logits of so many classes. */
export function linearClassifier(classes: number): Layer {
  return (shape) => {
    const layer = linear(classes)(shape);
    const { weight, bias } = layer.variables;
    return {
      ...layer,
      variables: {
        weight: { ...weight!, start: { kind: 'normal', deviation: DEVIATION } },
        bias: { ...bias!, start: { kind: 'zeros' } },
      },
    };
  };
}
