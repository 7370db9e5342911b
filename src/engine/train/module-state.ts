// What training carries along for a module: its variables, and the optimizer's slots of those that are trained. Shared by all steps.
import type { Module } from '../nn/module.ts';
import type { Optimizer } from '../optim/optimizer.ts';
import type { StepSignature } from '../runtime/step.ts';
import type { Tensor } from '../tensor.ts';
import type { StateSlot } from './training-loop.ts';

type Tensors = Readonly<Record<string, Tensor>>;

export const floats = (shape: readonly number[]) => ({ shape, dtype: 'float32' as const });

/** Names of the variables that the optimizer changes. */
export const trainedNames = ({ variables }: Module): string[] =>
  Object.keys(variables).filter((name) => variables[name]!.trained);

export function moduleState(module: Module, optimizer: Optimizer): Record<string, StateSlot> {
  const state: Record<string, StateSlot> = {};
  for (const [name, { shape, trained }] of Object.entries(module.variables)) {
    state[name] = { shape, variable: name, role: 'value' };
    if (trained) for (const slot of optimizer.slots) state[`${slot}/${name}`] = { shape, variable: name, role: slot };
  }
  return state;
}

export const stateSignature = (state: Readonly<Record<string, StateSlot>>): StepSignature =>
  Object.fromEntries(Object.entries(state).map(([name, { shape }]) => [name, floats(shape)]));

/** The scalars that an optimizer's schedule feeds in. */
export const SCHEDULE_SIGNATURE: StepSignature = {
  learningRate: floats([]),
  correction1: floats([]),
  correction2: floats([]),
};

/** The variables `names` and their slots after one update, from the inputs of a step and a gradient for each name. */
export function optimised(
  optimizer: Optimizer,
  inputs: Tensors,
  names: readonly string[],
  gradients: readonly Tensor[],
): Record<string, Tensor> {
  const outputs: Record<string, Tensor> = {};
  names.forEach((name, index) => {
    const slots = Object.fromEntries(optimizer.slots.map((slot) => [slot, inputs[`${slot}/${name}`]!]));
    const updated = optimizer.update(inputs[name]!, gradients[index]!, slots, {
      learningRate: inputs.learningRate!,
      correction1: inputs.correction1!,
      correction2: inputs.correction2!,
    });
    outputs[name] = updated.variable;
    for (const slot of optimizer.slots) outputs[`${slot}/${name}`] = updated.slots[slot]!;
  });
  return outputs;
}

/** Starting tensors of a state: drawn values, and slots of zeros. */
export const startingTensors = (
  state: Readonly<Record<string, StateSlot>>,
  values: Readonly<Record<string, Float32Array>>,
): Record<string, Float32Array> =>
  Object.fromEntries(
    Object.entries(state).map(([name, { shape, variable, role }]) => [
      name,
      // A follower of a variable starts from the same values in an array of its own.
      role === 'value'
        ? name === variable
          ? values[variable]!
          : values[variable]!.slice()
        : new Float32Array(shape.reduce((all, size) => all * size, 1)),
    ]),
  );
