// Every kernel that can be traced: its lowering agrees with TensorFlow.js's own computation, on the CPU to rounding. On every engine there
// is: agreement.test.ts.
import { describe, expect, it } from 'vitest';
import { fusedRules, kernelRules, type FusedKernel, type TracedKernel } from '../../src/engine/trace/kernels/table.ts';
import { fuse } from '../../src/engine/lower/fuse.ts';
import { simplify } from '../../src/engine/lower/simplify.ts';
import { trace } from '../../src/engine/trace/backend.ts';
import type { Step, StepSignature } from '../../src/engine/runtime/step.ts';
import { disagreement } from './compare.ts';
import { fusedCases, kernelCases, kernelStep } from './kernel-cases.ts';

const kernelsOf = (step: Step, signature: StepSignature): readonly string[] =>
  trace(step, signature).nodes.flatMap((node) => (node.kind === 'kernel' ? [node.kernel] : []));

describe('a lowered kernel agrees with the eager one', () => {
  for (const kernel of Object.keys(kernelRules) as TracedKernel[]) {
    it(kernel, async () => {
      for (const one of kernelCases[kernel]) {
        const { step, signature } = kernelStep([one]);
        expect(kernelsOf(step, signature)).toContain(kernel);
      }
      const { step, signature } = kernelStep(kernelCases[kernel]);
      expect((await disagreement(step, signature)).worst).toBeLessThan(1e-5);
    });
  }
});

describe('a fused kernel agrees with what it stands for', () => {
  for (const kernel of Object.keys(fusedRules) as FusedKernel[]) {
    it(kernel, async () => {
      for (const one of fusedCases[kernel]) {
        const { step, signature } = kernelStep([one]);
        const fused = fuse(simplify(trace(step, signature)), 8).nodes;
        expect(fused.filter((node) => node.kind === 'kernel' && node.kernel === kernel)).toHaveLength(1);
        expect((await disagreement(step, signature)).worst).toBeLessThan(1e-5);
      }
    });
  }
});
