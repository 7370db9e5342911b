// Optimizers as pure pairs: what state a variable needs, and the new variable and state from a gradient (docs/methods.md §3.8).
import { add, div, mul, sqrt, square, sub, type Tensor } from '../tensor.ts';

/** Scalars that change with the step; the host computes them and feeds them in. */
export interface Schedule {
  readonly learningRate: number;
  /** 1 / (1 − β^t) of both moments, for Adam. */
  readonly correction1: number;
  readonly correction2: number;
}

export type ScheduleTensors = { readonly [K in keyof Schedule]: Tensor };

export interface Optimizer {
  /** Names of the slots a variable carries, each of its own shape, starting at zero. */
  readonly slots: readonly string[];
  update(
    variable: Tensor,
    gradient: Tensor,
    slots: Readonly<Record<string, Tensor>>,
    schedule: ScheduleTensors,
  ): { readonly variable: Tensor; readonly slots: Readonly<Record<string, Tensor>> };
}

const decayed = (variable: Tensor, gradient: Tensor, weightDecay: number): Tensor =>
  weightDecay === 0 ? gradient : add(gradient, mul(variable, weightDecay));

export const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/** Adam with coupled weight decay (Kingma, Ba 2015). */
export function adam(weightDecay: number): Optimizer {
  return {
    slots: ['moment1', 'moment2'],
    update(variable, gradient, { moment1, moment2 }, { learningRate, correction1, correction2 }) {
      const g = decayed(variable, gradient, weightDecay);
      const m = add(mul(moment1!, ADAM.beta1), mul(g, 1 - ADAM.beta1));
      const v = add(mul(moment2!, ADAM.beta2), mul(square(g), 1 - ADAM.beta2));
      const step = div(mul(m, mul(learningRate, correction1)), add(sqrt(mul(v, correction2)), ADAM.epsilon));
      return { variable: sub(variable, step), slots: { moment1: m, moment2: v } };
    },
  };
}

/** Stochastic gradient descent with momentum, no Nesterov. */
export function sgd(momentum: number, weightDecay: number): Optimizer {
  return {
    slots: ['velocity'],
    update(variable, gradient, { velocity }, { learningRate }) {
      const v = add(mul(velocity!, momentum), decayed(variable, gradient, weightDecay));
      return { variable: sub(variable, mul(v, learningRate)), slots: { velocity: v } };
    },
  };
}
