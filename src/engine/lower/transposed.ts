// A constant of a model with its axes in another order.
import type { OnnxTensor } from './onnx-model.ts';

/** Axis `i` of the result is axis `perm[i]` of the tensor, as in NumPy. Errors: elements that are not four bytes long. */
export function transposed({ type, shape, data }: OnnxTensor, perm: readonly number[], name: string): OnnxTensor {
  if (type !== 'float32' && type !== 'int32') throw new Error(`a constant of type ${type} is not transposed`);
  const source = new Uint32Array(data.buffer, data.byteOffset, data.byteLength / 4);
  const sizes = perm.map((axis) => shape[axis]!);
  const strides = perm.map((axis) => shape.slice(axis + 1).reduce((all, size) => all * size, 1));
  const result = new Uint32Array(source.length);
  const last = sizes.length - 1;
  const index = sizes.map(() => 0);
  let from = 0;
  for (let at = 0; at < result.length;) {
    // One line along the last axis, then on to the next.
    for (let i = 0; i < sizes[last]!; i += 1) result[at + i] = source[from + i * strides[last]!]!;
    at += sizes[last]!;
    for (let axis = last - 1; axis >= 0; axis -= 1) {
      index[axis]! += 1;
      from += strides[axis]!;
      if (index[axis]! < sizes[axis]!) break;
      from -= index[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
  return { name, type, shape: sizes, data: new Uint8Array(result.buffer) };
}
