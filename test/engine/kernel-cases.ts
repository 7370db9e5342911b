// Small computations for every kernel that can be traced, a few for each: the table is total, so a new kernel without a case is a type error.
import * as tf from '../../src/engine/tensor.ts';
import type { Tensor } from '../../src/engine/tensor.ts';
import type { Step, StepSignature } from '../../src/engine/runtime/step.ts';
import type { FusedKernel, TracedKernel } from '../../src/engine/trace/kernels/table.ts';

/** `compute` of inputs of these shapes uses the kernel. */
export interface KernelCase {
  readonly shapes: readonly (readonly number[])[];
  readonly compute: (...inputs: readonly Tensor[]) => Tensor;
}

const pair = (compute: (a: Tensor, b: Tensor) => Tensor): KernelCase[] => [
  {
    shapes: [
      [3, 4],
      [3, 4],
    ],
    compute: (a, b) => compute(a, b),
  },
  { shapes: [[2, 3, 4], [4]], compute: (a, b) => compute(a, b) },
  {
    shapes: [
      [3, 1],
      [1, 4],
    ],
    compute: (a, b) => compute(a, b),
  },
  { shapes: [[3, 4]], compute: (a) => compute(a, tf.scalar(0.5)) },
  { shapes: [[3, 4]], compute: (a) => compute(tf.fill([3, 4], 0.25), a) },
];
const single = (compute: (x: Tensor) => Tensor): KernelCase[] => [{ shapes: [[3, 5]], compute: (x) => compute(x) }];
const float = (x: Tensor): Tensor => tf.cast(x, 'float32');

/** Window, stride, padding. */
type Pool = readonly [size: number, stride: number, padding: number];
const pools: readonly Pool[] = [
  [2, 2, 0],
  [2, 2, 1],
  [3, 2, 1],
  [3, 1, 1],
  [2, 3, 0],
];
const averages = pools.filter(([, , padding]) => padding === 0);
const maxPooled = (x: Tensor, [size, stride, padding]: Pool): Tensor =>
  tf.maxPool(x as tf.Tensor4D, size, stride, padding, 'floor');
const averagePooled = (x: Tensor, [size, stride, padding]: Pool): Tensor =>
  tf.avgPool(x as tf.Tensor4D, size, stride, padding, 'floor');

/** One entry a kernel: the type demands all of them. */
export const kernelCases: Readonly<Record<TracedKernel, readonly KernelCase[]>> = {
  Add: pair(tf.add),
  Sub: pair(tf.sub),
  Multiply: pair(tf.mul),
  RealDiv: pair((a, b) => tf.div(a, tf.add(tf.abs(b), 1))),
  Maximum: pair(tf.maximum),
  Minimum: pair(tf.minimum),
  Pow: pair((a, b) => tf.pow(tf.add(tf.abs(a), 0.5), b)),
  SquaredDifference: pair(tf.squaredDifference),
  Greater: pair((a, b) => float(tf.greater(a, b))),
  GreaterEqual: pair((a, b) => float(tf.greaterEqual(a, b))),
  Less: pair((a, b) => float(tf.less(a, b))),
  LessEqual: pair((a, b) => float(tf.lessEqual(a, b))),
  Equal: pair((a, b) => float(tf.equal(a, tf.maximum(a, b)))),
  LogicalAnd: pair((a, b) => float(tf.logicalAnd(tf.greater(a, 0), tf.greater(b, 0)))),
  LogicalNot: single((x) => float(tf.logicalNot(tf.greater(x, 0)))),
  Neg: single(tf.neg),
  Exp: single(tf.exp),
  Log: single((x) => tf.log(tf.abs(x))),
  Sqrt: single((x) => tf.sqrt(tf.abs(x))),
  Rsqrt: single((x) => tf.rsqrt(tf.add(tf.abs(x), 0.1))),
  Square: single(tf.square),
  Abs: single(tf.abs),
  Floor: single((x) => tf.floor(tf.mul(x, 3))),
  ClipByValue: single((x) => tf.clipByValue(x, -0.5, 0.25)),
  Relu: single(tf.relu),
  Sigmoid: single(tf.sigmoid),
  Tanh: single(tf.tanh),
  Step: single((x) => tf.step(x)),
  Select: [
    {
      shapes: [
        [3, 4],
        [3, 4],
      ],
      compute: (a, b) => tf.where(tf.greater(a, 0), a, b),
    },
  ],
  Cast: single((x) => float(tf.cast(tf.mul(x, 3), 'int32'))),
  Sum: [
    { shapes: [[2, 3, 4]], compute: (x) => tf.sum(x, [0, 2]) },
    { shapes: [[2, 3, 4]], compute: (x) => tf.sum(x, -1, true) },
    { shapes: [[2, 3, 4]], compute: (x) => tf.sum(x) },
  ],
  Mean: [{ shapes: [[2, 3, 4]], compute: (x) => tf.mean(x, [0, 1]) }],
  Max: [{ shapes: [[2, 3, 4]], compute: (x) => tf.max(x, 1) }],
  Softmax: [{ shapes: [[3, 7]], compute: (x) => tf.softmax(x) }],
  Identity: single((x) => tf.add(tf.clone(x), x)),
  Reshape: [{ shapes: [[2, 6]], compute: (x) => tf.reshape(tf.reshape(x, [3, 4]), [4, 3]) }],
  ExpandDims: single((x) => tf.add(tf.expandDims(x, 1), 1)),
  Transpose: [{ shapes: [[2, 3, 4]], compute: (x) => tf.transpose(x, [2, 0, 1]) }],
  Slice: [{ shapes: [[4, 5, 6]], compute: (x) => tf.slice(x, [1, 0, 2], [2, 5, -1]) }],
  Concat: [
    {
      shapes: [
        [2, 3],
        [2, 4],
        [2, 1],
      ],
      compute: (...parts) => tf.concat([...parts], 1),
    },
  ],
  PadV2: [
    {
      shapes: [[2, 3]],
      compute: (x) =>
        tf.pad(
          x,
          [
            [1, 0],
            [0, 2],
          ],
          0.5,
        ),
    },
  ],
  Tile: [{ shapes: [[2, 3]], compute: (x) => tf.tile(x, [2, 3]) }],
  GatherV2: [{ shapes: [[5, 3]], compute: (x) => tf.gather(x, tf.tensor1d([4, 0, 4], 'int32')) }],
  ZerosLike: single((x) => tf.add(tf.zerosLike(x), x)),
  Fill: single((x) => tf.add(tf.fill([3, 5], 2), x)),
  BatchMatMul: [false, true].flatMap((left) =>
    [false, true].map((right): KernelCase => ({
      shapes: [left ? [4, 3] : [3, 4], right ? [5, 4] : [4, 5]],
      compute: (a, b) => tf.matMul(a, b, left, right),
    })),
  ),
  Conv2D: [
    {
      shapes: [
        [2, 7, 6, 3],
        [3, 3, 3, 4],
      ],
      compute: (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 1),
    },
    {
      shapes: [
        [2, 8, 8, 2],
        [5, 5, 2, 3],
      ],
      compute: (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 2),
    },
    {
      shapes: [
        [2, 7, 7, 2],
        [3, 3, 2, 3],
      ],
      compute: (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, [2, 1], 'same'),
    },
    {
      shapes: [
        [2, 5, 5, 4],
        [1, 1, 4, 3],
      ],
      compute: (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'valid'),
    },
    {
      shapes: [
        [2, 5, 5, 4],
        [1, 1, 4, 3],
      ],
      compute: (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 0),
    },
  ],
  Conv2DBackpropInput: (
    [
      [7, 3, 1, 1],
      [8, 5, 2, 2],
      [6, 1, 1, 0],
      [7, 3, 2, 1],
      [6, 1, 2, 0],
    ] as const
  ).map(([size, kernel, stride, padding]): KernelCase => ({
    shapes: [
      [2, size, size, 3],
      [kernel, kernel, 3, 4],
    ],
    compute: (x, w) =>
      tf.grad((image) => tf.sum(tf.square(tf.conv2d(image as tf.Tensor4D, w as tf.Tensor4D, stride, padding))))(x),
  })),
  Conv2DBackpropFilter: (
    [
      [7, 3, 1, 1],
      [8, 5, 2, 2],
      [6, 1, 1, 0],
      [7, 3, 2, 1],
    ] as const
  ).map(([size, kernel, stride, padding]): KernelCase => ({
    shapes: [
      [2, size, size, 3],
      [kernel, kernel, 3, 4],
    ],
    compute: (x, w) =>
      tf.grad((filter) => tf.sum(tf.square(tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, padding))))(w),
  })),
  FusedBatchNorm: [
    {
      shapes: [[2, 3, 5, 4], [4], [4], [4], [4]],
      compute: (x, mean, variance, offset, scale) =>
        tf.batchNorm(
          x as tf.Tensor4D,
          mean as tf.Tensor1D,
          tf.add<tf.Tensor1D>(tf.abs(variance), 0.1),
          offset as tf.Tensor1D,
          scale as tf.Tensor1D,
          1e-3,
        ),
    },
  ],
  MaxPool: pools.map((pool): KernelCase => ({ shapes: [[2, 9, 8, 3]], compute: (x) => maxPooled(x, pool) })),
  // Of a rectified image, so that windows hold equal values.
  MaxPoolGrad: pools.map((pool): KernelCase => ({
    shapes: [[2, 9, 8, 3]],
    compute: (x) => tf.grad((image) => tf.sum(tf.square(maxPooled(image, pool))))(tf.add(tf.relu(x), 1)),
  })),
  AvgPool: averages.map((pool): KernelCase => ({ shapes: [[2, 9, 8, 3]], compute: (x) => averagePooled(x, pool) })),
  AvgPoolGrad: averages.map((pool): KernelCase => ({
    shapes: [[2, 9, 8, 3]],
    compute: (x) => tf.grad((image) => tf.sum(tf.square(averagePooled(image, pool))))(x),
  })),
};

const IMAGE = [2, 3, 3, 16];
const perChannel = (x: Tensor, scale: Tensor, shift: Tensor): Tensor => tf.add(tf.mul(x, scale), shift);

/** Computations that the compiler turns into one kernel, where the target has it. */
export const fusedCases: Readonly<Record<FusedKernel, readonly KernelCase[]>> = {
  ChannelAffine: [
    { shapes: [IMAGE, [16]], compute: (x, scale) => tf.mul(x, scale) },
    { shapes: [IMAGE, [16]], compute: (x, shift) => tf.sub(x, shift) },
    { shapes: [IMAGE, [16], [16]], compute: (x, scale, shift) => perChannel(x, scale, shift) },
    { shapes: [IMAGE, [16], [16]], compute: (x, scale, shift) => tf.relu(perChannel(x, scale, shift)) },
    {
      shapes: [IMAGE, [16], [16], IMAGE],
      compute: (x, scale, shift, other) => tf.relu(tf.add(perChannel(x, scale, shift), other)),
    },
  ],
};

/** All cases of a kernel as one step, from inputs `0.0`, `0.1`, `1.0`, … to `y0`, `y1`, …: fewer sessions to open. */
export function kernelStep(cases: readonly KernelCase[]): { readonly step: Step; readonly signature: StepSignature } {
  const input = (one: number, index: number): string => `${one}.${index}`;
  return {
    signature: Object.fromEntries(
      cases.flatMap(({ shapes }, one) =>
        shapes.map((shape, index) => [input(one, index), { shape, dtype: 'float32' as const }]),
      ),
    ),
    step: (inputs) =>
      Object.fromEntries(
        cases.map(({ shapes, compute }, one) => [
          `y${one}`,
          compute(...shapes.map((_, index) => inputs[input(one, index)]!)),
        ]),
      ),
  };
}
