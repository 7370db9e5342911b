// Learning rate by step (docs/methods.md §3.8).
import { ADAM, type Schedule } from './optimizer.ts';

export interface RateOptions {
  readonly learningRate: number;
  readonly schedule: 'cosine' | 'multistep' | 'constant';
  /** Steps of linear rise from zero. */
  readonly warmup: number;
  readonly steps: number;
  /** Fractions of the steps at which `multistep` falls to a tenth; IDFD's where they are not given. */
  readonly milestones?: readonly number[];
}

/** IDFD's 600, 950, 1300, 1650 of 2000 epochs. */
const MILESTONES = [0.3, 0.475, 0.65, 0.825];

/** What the optimizer needs at `step`, counted from 0. */
export function scheduleAt(
  step: number,
  { learningRate, schedule, warmup, steps, milestones = MILESTONES }: RateOptions,
): Schedule {
  const rise = warmup > 0 ? Math.min(1, (step + 1) / warmup) : 1;
  const progress = step / Math.max(1, steps);
  const fall =
    schedule === 'cosine'
      ? 0.5 * (1 + Math.cos(Math.PI * progress))
      : schedule === 'multistep'
        ? 0.1 ** milestones.filter((milestone) => progress >= milestone).length
        : 1;
  return {
    learningRate: learningRate * rise * fall,
    correction1: 1 / (1 - ADAM.beta1 ** (step + 1)),
    correction2: 1 / (1 - ADAM.beta2 ** (step + 1)),
  };
}
