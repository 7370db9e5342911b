// What each traced kernel must say of itself: the shape it gives, and the ONNX nodes that compute it.
import type { ElementType, OnnxAttribute } from '../../lower/onnx-model.ts';
import type { Attributes, ValueId, ValueInfo } from '../graph.ts';

/** A value in the ONNX graph being written. */
export type Name = string;

/** A value that lies in blocks (lower/blocks.ts). */
export interface Blocked {
  readonly blocked: Name;
}

/** What a lowering may use. Equal nodes and constants are written once, whoever asks for them. */
export interface Lowering {
  /** For training every shape is fixed; for inference the first dimension is the batch and stays open. */
  readonly openBatch: boolean;
  /** Channels in a block of the blocked layout, where the target has that layout. */
  readonly block: number | undefined;
  emit(
    op: string,
    inputs: readonly Name[],
    attributes?: Readonly<Record<string, OnnxAttribute>>,
    domain?: string,
  ): Name;
  scalar(value: number, type?: ElementType): Name;
  /** A one-dimensional int64 constant: axes, starts, shapes. */
  integers(values: readonly number[]): Name;
  /** A one-dimensional int32 constant, for the indices of a Gather. */
  indices(values: Int32Array): Name;
  /** The value with its full shape, in plain layout. */
  full(value: ValueId): Name;
  /** Whether the value lies in blocks already. */
  isBlocked(value: ValueId): boolean;
  /** The value in blocks, brought there once if it is not. Only for images whose channels fill blocks. */
  blocked(value: ValueId): Name;
  /** The value, as a scalar where it is a splat: for operators that broadcast. */
  broadcast(value: ValueId): Name;
  /** Whether all elements are one constant. */
  isSplat(value: ValueId): boolean;
  info(value: ValueId): ValueInfo;
  /** Reshape of an activation: the first dimension is left open for inference. */
  reshape(name: Name, shape: readonly number[]): Name;
  /** Reshape of a parameter, whatever the batch. */
  reshapeFixed(name: Name, shape: readonly number[]): Name;
}

export interface KernelRule {
  /** `list` has the same inputs in the order given, for kernels with a variable number. */
  shape(inputs: Readonly<Record<string, ValueInfo>>, attributes: Attributes, list: readonly ValueInfo[]): ValueInfo;
  lower(
    to: Lowering,
    inputs: Readonly<Record<string, ValueId>>,
    attributes: Attributes,
    output: ValueInfo,
    list: readonly ValueId[],
  ): Name | Blocked;
}

export const product = (shape: readonly number[]): number => shape.reduce((all, size) => all * size, 1);

export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis]);

/** Axes counted from the front, ascending; all of them where none are given. */
export function frontAxes(axes: unknown, rank: number): number[] {
  const list =
    axes === undefined || axes === null ? Array.from({ length: rank }, (_, axis) => axis) : ([axes].flat() as number[]);
  return list.map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b);
}
