// Layers as pure functions of their variables. A module declares its variables by name and shape; values live outside, in the state.
import { add, type Tensor } from '../tensor.ts';

/** How a variable starts, docs/methods.md §2.1. `fan` counts inputs or outputs of one unit. */
export type Initializer =
  | { readonly kind: 'zeros' }
  | { readonly kind: 'ones' }
  /** Normal with standard deviation sqrt(2 / fan): Kaiming normal, gain for ReLU. */
  | { readonly kind: 'kaiming'; readonly fan: number }
  /** Normal with this standard deviation. */
  | { readonly kind: 'normal'; readonly deviation: number }
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

/** Layers by name, in the order in which they follow one another. */
export type Layers = Readonly<Record<string, Layer>>;

/** One layer after the other; the variables of each are prefixed with its name. */
export function sequential(layers: Layers): Layer {
  return (inputShape) => {
    let shape = inputShape;
    const parts = Object.entries(layers).map(([name, layer]) => {
      const module = layer(shape);
      shape = module.outputShape;
      return { name, module };
    });
    return {
      variables: Object.fromEntries(parts.flatMap(({ name, module }) => prefixed(name, module.variables))),
      outputShape: shape,
      apply(variables, input, mode) {
        let output = input;
        const updates: Record<string, Tensor> = {};
        for (const { name, module } of parts) {
          const applied = module.apply(variablesOf(name, module, variables), output, mode);
          output = applied.output;
          Object.assign(updates, Object.fromEntries(prefixed(name, applied.updates)));
        }
        return { output, updates };
      },
    };
  };
}

/** `inner` of the input plus `shortcut` of the input; both must give the same shape. */
export function residual(inner: Layer, shortcut: Layer): Layer {
  return (inputShape) => {
    const branches = { inner: inner(inputShape), shortcut: shortcut(inputShape) };
    return {
      variables: Object.fromEntries(
        Object.entries(branches).flatMap(([name, module]) => prefixed(name, module.variables)),
      ),
      outputShape: branches.inner.outputShape,
      apply(variables, input, mode) {
        const left = branches.inner.apply(variablesOf('inner', branches.inner, variables), input, mode);
        const right = branches.shortcut.apply(variablesOf('shortcut', branches.shortcut, variables), input, mode);
        return {
          output: add(left.output, right.output),
          updates: Object.fromEntries([...prefixed('inner', left.updates), ...prefixed('shortcut', right.updates)]),
        };
      },
    };
  };
}

const prefixed = <T>(prefix: string, record: Readonly<Record<string, T>>): [string, T][] =>
  Object.entries(record).map(([name, value]) => [`${prefix}.${name}`, value]);

const variablesOf = (prefix: string, module: Module, variables: Variables): Variables =>
  Object.fromEntries(Object.keys(module.variables).map((name) => [name, variables[`${prefix}.${name}`]!]));
