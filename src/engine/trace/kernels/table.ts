// Every tfjs kernel that can be traced, each with its shape rule and its lowering: forgetting one half is a type error.
import { arrange } from './arrange.ts';
import { channelAffine } from './channel-affine.ts';
import { convolution } from './convolution/convolution.ts';
import { elementwise } from './elementwise.ts';
import { matmul } from './matmul.ts';
import { normalise } from './normalise.ts';
import { pooling } from './pooling.ts';
import { reduce } from './reduce.ts';
import type { KernelRule } from './rule.ts';

const rules = { ...elementwise, ...reduce, ...arrange, ...matmul, ...convolution, ...normalise, ...pooling };

export type TracedKernel = keyof typeof rules;

export const kernelRules: Readonly<Record<TracedKernel, KernelRule>> = rules;

export type FusedKernel = keyof typeof channelAffine;

/** Kernels that tfjs does not have: the compiler puts them in the place of several. */
export const fusedRules: Readonly<Record<FusedKernel, KernelRule>> = channelAffine;

export function ruleOf(kernel: string): KernelRule {
  const rule = ({ ...kernelRules, ...fusedRules } as Readonly<Record<string, KernelRule | undefined>>)[kernel];
  if (rule === undefined) throw new Error(`the kernel ${kernel} cannot be traced`);
  return rule;
}
