// The loop that every training shares: epochs in a drawn order, one compiled step a batch, state that changes places, means by epoch, snapshots.
// Everything random is drawn from (seed, epoch, row), so a run continued from a snapshot ends with the same bytes as one never stopped.
import { foldIn, RandomStream, type RandomKey } from '../../random/random.ts';
import { scheduleAt, type RateOptions } from '../optim/schedule.ts';
import { writableState } from '../runtime/compile.ts';
import type { CompiledStep } from '../runtime/engine.ts';
import type { TensorData } from '../runtime/session.ts';
import type { StepCache } from '../runtime/stored-session.ts';

/** All that the rest of the training depends on. Plain data: whoever stores it decides how, before the promise of `onSnapshot` resolves. */
export interface TrainingSnapshot {
  /** Steps taken. */
  readonly step: number;
  readonly tensors: Readonly<Record<string, Float32Array>>;
  /** Means of finished epochs, and sums over the current one. */
  readonly series: Readonly<Record<string, readonly number[]>>;
  readonly sums: Readonly<Record<string, number>>;
}

export interface TrainingHooks {
  readonly engine: string;
  readonly threads: number;
  /** Where compiled steps are kept between runs. */
  readonly cache?: StepCache;
  readonly signal: AbortSignal;
  /** Training goes on in its arrays: it is used up. */
  readonly resume?: TrainingSnapshot;
  /** After each step. */
  onStep(state: {
    readonly step: number;
    readonly steps: number;
    readonly stepsPerEpoch: number;
    readonly loss: number;
    /** Of the epochs that are whole. */
    readonly series: Readonly<Record<string, readonly number[]>>;
  }): void;
  /** Whether to hand over a snapshot now; asked after each step but the last, after which there always is one. */
  wantsSnapshot(): boolean;
  onSnapshot(snapshot: TrainingSnapshot): Promise<void>;
}

/** A tensor that goes into a step and comes out anew. */
export interface StateSlot {
  readonly shape: readonly number[];
  /** The variable it belongs to, and what it is: `value`, or a slot of the optimizer. */
  readonly variable: string;
  readonly role: string;
}

/** One step to take. */
export interface StepAt {
  /** From 0. */
  readonly step: number;
  readonly epoch: number;
  /** The rows of its batch. */
  readonly rows: Int32Array;
}

export interface LoopOptions {
  /** Images in the set; an incomplete last batch is dropped. */
  readonly count: number;
  readonly batch: number;
  readonly epochs: number;
  readonly key: RandomKey;
  readonly rate: Omit<RateOptions, 'steps'>;
  readonly compiled: CompiledStep;
  readonly state: Readonly<Record<string, StateSlot>>;
  /** Where training begins or goes on: tensors for the state, and those that the host keeps. */
  readonly start: TrainingSnapshot;
  /** Tensors that the host changes in place, such as banks: part of every snapshot. */
  readonly kept: Readonly<Record<string, Float32Array>>;
  /** What the step reads beside state and schedule; undefined where it is to be left out, and `leftOut` is asked for numbers in its place. */
  inputs(
    at: StepAt,
    state: Readonly<Record<string, TensorData>>,
  ): Promise<Readonly<Record<string, TensorData>> | undefined>;
  leftOut?(at: StepAt): Readonly<Record<string, number>>;
  /** After a step, from what it gave: numbers to be summed over the epoch. */
  taken(outputs: Readonly<Record<string, TensorData>>, at: StepAt): Readonly<Record<string, number>>;
  /** What an epoch records, from its sums over so many steps. */
  epochOf(sums: Readonly<Record<string, number>>, steps: number): Readonly<Record<string, number>>;
}

export interface LoopResult {
  readonly state: Readonly<Record<string, Float32Array>>;
  readonly series: Readonly<Record<string, readonly number[]>>;
}

/** Errors: RangeError where the loss is no longer finite; the signal's reason where it is aborted, after a snapshot. */
export async function trainingLoop(options: LoopOptions, hooks: TrainingHooks): Promise<LoopResult> {
  const { count, batch, key, compiled, start } = options;
  const stepsPerEpoch = Math.floor(count / batch);
  const steps = stepsPerEpoch * options.epochs;
  // Two sets of state arrays change places, so that a step writes nothing that it still reads and nothing is allocated while training.
  let current: Record<string, TensorData> = Object.fromEntries(
    Object.entries(options.state).map(([name, { shape }]) => [name, { data: start.tensors[name]!, shape }]),
  );
  let next = writableState(current, compiled);
  const series: Record<string, number[]> = Object.fromEntries(
    Object.entries(start.series).map(([name, values]) => [name, [...values]]),
  );
  let sums: Record<string, number> = { ...start.sums };
  const arrays = (): Record<string, Float32Array> =>
    Object.fromEntries(Object.entries(current).map(([name, { data }]) => [name, data as Float32Array]));
  const snapshot = (taken: number): TrainingSnapshot => ({
    step: taken,
    tensors: { ...arrays(), ...options.kept },
    series,
    sums,
  });

  let loss = 0;
  let order: Int32Array = new Int32Array(0);
  for (let step = start.step; step < steps; step += 1) {
    const epoch = Math.floor(step / stepsPerEpoch);
    const inEpoch = step % stepsPerEpoch;
    if (inEpoch === 0 || order.length === 0)
      order = new RandomStream(foldIn(foldIn(key, 'order'), epoch)).permutation(count);
    const at: StepAt = { step, epoch, rows: order.slice(inEpoch * batch, (inEpoch + 1) * batch) };
    const schedule = Object.entries(scheduleAt(step, { ...options.rate, steps }));
    const given = await options.inputs(at, current);
    let numbers: Readonly<Record<string, number>> = {};
    if (given === undefined) numbers = options.leftOut?.(at) ?? {};
    else {
      const outputs = await compiled.run(
        {
          ...current,
          ...given,
          ...Object.fromEntries(
            schedule.map(([name, value]) => [name, { data: Float32Array.of(value as number), shape: [] }]),
          ),
        },
        next,
      );
      [current, next] = [next, current];
      numbers = options.taken(outputs, at);
      loss = outputs.loss!.data[0]!;
    }
    for (const [name, value] of Object.entries(numbers)) sums[name] = (sums[name] ?? 0) + value;
    if (inEpoch === stepsPerEpoch - 1) {
      for (const [name, value] of Object.entries(options.epochOf(sums, stepsPerEpoch)))
        (series[name] ??= []).push(value);
      sums = {};
    }
    if (!Number.isFinite(loss))
      throw new RangeError(
        `the loss is ${loss} after ${step + 1} steps (epoch ${epoch + 1}): a smaller learning rate or a larger temperature may help`,
      );
    hooks.onStep({ step: step + 1, steps, stepsPerEpoch, loss, series });
    // The last step too: what comes after training may be stopped as well.
    if (hooks.signal.aborted || step + 1 === steps || hooks.wantsSnapshot()) await hooks.onSnapshot(snapshot(step + 1));
    hooks.signal.throwIfAborted();
  }
  return { state: arrays(), series };
}

/** Each sum over its steps. */
export const epochMeans = (sums: Readonly<Record<string, number>>, steps: number): Record<string, number> =>
  Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / steps]));
