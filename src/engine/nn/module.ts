// Layers as pure functions of their variables. A module declares its variables by name and shape; values live outside, in the state.
import type { Tensor } from '../tensor.ts';

/** How a variable starts, docs/methods.md §2.1. `fan` counts inputs or outputs of one unit. */
export type Initializer =
  | { readonly kind: 'zeros' }
  | { readonly kind: 'ones' }
  /** Normal with standard deviation sqrt(2 / fan): Kaiming normal, gain for ReLU. */
  | { readonly kind: 'kaiming'; readonly fan: number }
  /** Uniform in ± 1 / sqrt(fan). */
  | { readonly kind: 'uniform'; readonly fan: number };

export interface VariableSpec {
  readonly shape: readonly number[];
  readonly start: Initializer;
  /** Trained by the optimizer, or carried along (running statistics). */
  readonly trained: boolean;
}

export type Variables = Readonly<Record<string, Tensor>>;

/** `train`: batch statistics, and new running statistics are returned. `eval`: running statistics. */
export type Mode = 'train' | 'eval';

export interface Applied {
  readonly output: Tensor;
  /** New values of variables that are carried along, by name. */
  readonly updates: Readonly<Record<string, Tensor>>;
}

export interface Module {
  readonly variables: Readonly<Record<string, VariableSpec>>;
  /** Shape of one output, without the batch. */
  readonly outputShape: readonly number[];
  apply(variables: Variables, input: Tensor, mode: Mode): Applied;
}

/** A layer that still has to be told the shape of its input (without the batch). */
export type Layer = (inputShape: readonly number[]) => Module;

/** One layer after the other; the variables of each are prefixed with its name. */
export function sequential(layers: Readonly<Record<string, Layer>>): Layer {
  return (inputShape) => {
    let shape = inputShape;
    const parts = Object.entries(layers).map(([name, layer]) => {
      const module = layer(shape);
      shape = module.outputShape;
      return { name, module };
    });
    return {
      variables: Object.fromEntries(
        parts.flatMap(({ name, module }) =>
          Object.entries(module.variables).map(([key, spec]) => [`${name}.${key}`, spec]),
        ),
      ),
      outputShape: shape,
      apply(variables, input, mode) {
        let output = input;
        const updates: Record<string, Tensor> = {};
        for (const { name, module } of parts) {
          const own = Object.fromEntries(
            Object.keys(module.variables).map((key) => [key, variables[`${name}.${key}`]!]),
          );
          const applied = module.apply(own, output, mode);
          output = applied.output;
          for (const [key, value] of Object.entries(applied.updates)) updates[`${name}.${key}`] = value;
        }
        return { output, updates };
      },
    };
  };
}
