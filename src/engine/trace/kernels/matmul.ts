// Matrix products. FusedMatMul takes transposed operands as they lie, so no transpose is ever computed for them.
import type { KernelRule } from './rule.ts';

export const matmul = {
  BatchMatMul: {
    shape: ({ a, b }, { transposeA, transposeB }) => {
      const rank = a!.shape.length;
      const rows = a!.shape[transposeA === true ? rank - 1 : rank - 2]!;
      const columns = b!.shape[transposeB === true ? b!.shape.length - 2 : b!.shape.length - 1]!;
      return { shape: [...a!.shape.slice(0, rank - 2), rows, columns], dtype: 'float32' };
    },
    lower: (to, { a, b }, { transposeA, transposeB }) => {
      if (transposeA !== true && transposeB !== true) return to.emit('MatMul', [to.full(a!), to.full(b!)]);
      return to.emit(
        'FusedMatMul',
        [to.full(a!), to.full(b!)],
        { transA: transposeA === true ? 1 : 0, transB: transposeB === true ? 1 : 0 },
        'com.microsoft',
      );
    },
  },
} satisfies Record<string, KernelRule>;
