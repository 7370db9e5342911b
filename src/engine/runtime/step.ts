// What a step is, whoever runs it.
import type { Tensor } from '../tensor.ts';
import type { ValueInfo } from '../trace/graph.ts';

/** A pure function of named tensors; it sees shapes, never values. */
export type Step = (inputs: Readonly<Record<string, Tensor>>) => Readonly<Record<string, Tensor>>;

export type StepSignature = Readonly<Record<string, ValueInfo>>;
