// What the checks of one pipeline or one body share, with the evaluation that goes with it: expressions, calls and blocks reach each other through it.
import type { Checking } from './checking.ts';
import { evaluate } from './evaluate.ts';
import { evaluateBlock } from './evaluate-block.ts';

export function makeChecking(shared: Omit<Checking, 'evaluate' | 'evaluateBlock' | 'derive'>): Checking {
  const checking: Checking = {
    ...shared,
    evaluate: (expression, situation) => evaluate(expression, situation, checking),
    evaluateBlock: (block, kind, situation) => evaluateBlock(block, kind, situation, checking),
    derive: (changes) => makeChecking({ ...checking, ...changes }),
  };
  return checking;
}
