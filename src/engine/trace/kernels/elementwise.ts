// Kernels that work element by element, with broadcasting.
import type { ElementType } from '../../lower/onnx-model.ts';
import { fillsBlocks } from '../../lower/blocks.ts';
import type { DType, ValueId, ValueInfo } from '../graph.ts';
import type { Blocked, KernelRule, Lowering, Name } from './rule.ts';
import { sameShape } from './rule.ts';

/** NumPy's broadcasting, as tfjs and ONNX have it. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1)
      throw new Error(`shapes [${a.join(', ')}] and [${b.join(', ')}] do not broadcast`);
    return left === 1 ? right : left;
  });
}

const wider = (a: ValueInfo, b: ValueInfo): DType =>
  a.dtype === 'float32' || b.dtype === 'float32'
    ? 'float32'
    : a.dtype === 'int32' || b.dtype === 'int32'
      ? 'int32'
      : 'bool';

/** Both operands, at most one of them shrunk to a scalar, and only where the other alone gives the output's shape. */
function operands(to: Lowering, a: ValueId, b: ValueId, output: ValueInfo): [Name, Name] {
  if (sameShape(to.info(a).shape, output.shape)) return [to.full(a), to.broadcast(b)];
  if (sameShape(to.info(b).shape, output.shape)) return [to.broadcast(a), to.full(b)];
  return [to.full(a), to.full(b)];
}

/** Where an operand lies in blocks, the result is best left there. */
function staysBlocked(to: Lowering, output: ValueInfo, values: readonly ValueId[]): boolean {
  return (
    fillsBlocks(output, to.block) &&
    values.some((value) => to.isBlocked(value)) &&
    values.every(
      (value) =>
        to.isSplat(value) || (sameShape(to.info(value).shape, output.shape) && to.info(value).dtype === 'float32'),
    )
  );
}

function inBlocks(to: Lowering, op: string, values: readonly ValueId[]): Blocked {
  return {
    blocked: to.emit(
      op,
      values.map((value) => (to.isSplat(value) ? to.broadcast(value) : to.blocked(value))),
    ),
  };
}

function binary(op: string, result?: DType): KernelRule {
  return {
    shape: ({ a, b }) => ({ shape: broadcastShape(a!.shape, b!.shape), dtype: result ?? wider(a!, b!) }),
    lower: (to, { a, b }, _, output) =>
      staysBlocked(to, output, [a!, b!]) ? inBlocks(to, op, [a!, b!]) : to.emit(op, operands(to, a!, b!, output)),
  };
}

function unary(op: string): KernelRule {
  return {
    shape: ({ x }) => ({ shape: x!.shape, dtype: x!.dtype }),
    lower: (to, { x }, _, output) =>
      staysBlocked(to, output, [x!]) ? inBlocks(to, op, [x!]) : to.emit(op, [to.full(x!)]),
  };
}

const elementTypes: Record<DType, { readonly type: ElementType; readonly code: number }> = {
  float32: { type: 'float32', code: 1 },
  int32: { type: 'int32', code: 6 },
  bool: { type: 'bool', code: 9 },
};

export const elementwise = {
  Add: binary('Add'),
  Sub: binary('Sub'),
  Multiply: binary('Mul'),
  RealDiv: binary('Div'),
  Maximum: binary('Max'),
  Minimum: binary('Min'),
  Pow: {
    ...binary('Pow'),
    lower: (to, { a, b }, _, output) => {
      const [base, exponent] = operands(to, a!, b!, output);
      // ONNX Runtime's WebGPU kernel fails where both operands broadcast (1.30: a hash map without the key).
      const both = !sameShape(to.info(a!).shape, output.shape) && !sameShape(to.info(b!).shape, output.shape);
      return to.emit('Pow', [both ? to.emit('Expand', [base, to.integers(output.shape)]) : base, exponent]);
    },
  },
  SquaredDifference: {
    shape: ({ a, b }) => ({ shape: broadcastShape(a!.shape, b!.shape), dtype: wider(a!, b!) }),
    lower: (to, { a, b }, _, output) => {
      const difference = to.emit('Sub', operands(to, a!, b!, output));
      return to.emit('Mul', [difference, difference]);
    },
  },
  Greater: binary('Greater', 'bool'),
  GreaterEqual: binary('GreaterOrEqual', 'bool'),
  Less: binary('Less', 'bool'),
  LessEqual: binary('LessOrEqual', 'bool'),
  Equal: binary('Equal', 'bool'),
  LogicalAnd: binary('And', 'bool'),
  LogicalNot: unary('Not'),
  Neg: unary('Neg'),
  Exp: unary('Exp'),
  Log: unary('Log'),
  Sqrt: unary('Sqrt'),
  Abs: unary('Abs'),
  Floor: unary('Floor'),
  Relu: unary('Relu'),
  Sigmoid: unary('Sigmoid'),
  Tanh: unary('Tanh'),
  Rsqrt: {
    shape: ({ x }) => ({ shape: x!.shape, dtype: x!.dtype }),
    lower: (to, { x }) => to.emit('Reciprocal', [to.emit('Sqrt', [to.full(x!)])]),
  },
  Square: {
    shape: ({ x }) => ({ shape: x!.shape, dtype: x!.dtype }),
    lower: (to, { x }, _, output) =>
      staysBlocked(to, output, [x!]) ? inBlocks(to, 'Mul', [x!, x!]) : to.emit('Mul', [to.full(x!), to.full(x!)]),
  },
  ClipByValue: {
    shape: ({ x }) => ({ shape: x!.shape, dtype: x!.dtype }),
    lower: (to, { x }, { clipValueMin, clipValueMax }) =>
      to.emit('Clip', [to.full(x!), to.scalar(clipValueMin as number), to.scalar(clipValueMax as number)]),
  },
  /** 1 where x > 0, `alpha` elsewhere; tfjs's gradient of Relu. */
  Step: {
    shape: ({ x }) => ({ shape: x!.shape, dtype: x!.dtype }),
    lower: (to, { x }, { alpha }, output) => {
      if (alpha !== 0 && alpha !== undefined)
        throw new Error(`Step with alpha ${JSON.stringify(alpha)} has no lowering`);
      const positive = (name: Name): Name => to.emit('Cast', [to.emit('Greater', [name, to.scalar(0)])], { to: 1 });
      return staysBlocked(to, output, [x!]) ? { blocked: positive(to.blocked(x!)) } : positive(to.full(x!));
    },
  },
  Select: {
    shape: ({ t }) => ({ shape: t!.shape, dtype: t!.dtype }),
    lower: (to, { condition, t, e }, _, output) => {
      if (!sameShape(to.info(condition!).shape, output.shape))
        throw new Error('Select with a condition of another shape has no lowering');
      return to.emit('Where', [to.full(condition!), to.broadcast(t!), to.broadcast(e!)]);
    },
  },
  Cast: {
    shape: ({ x }, { dtype }) => ({ shape: x!.shape, dtype: dtype as DType }),
    lower: (to, { x }, _, output) => to.emit('Cast', [to.full(x!)], { to: elementTypes[output.dtype].code }),
  },
} satisfies Record<string, KernelRule>;
