import { describe, expect, it } from 'vitest';
import { describePlan } from '../../../src/cli/commands/plan.ts';
import { paintFor } from '../../../src/cli/paint.ts';
import type { Plan } from '../../../src/plan/plan.ts';

const plan: Plan = {
  pipeline: 'quickstart',
  engine: 'cpu',
  threads: 2,
  steps: [
    {
      step: 'digits',
      stage: 's',
      verdict: 'reuse',
      reason: 'nothing changed',
      reads: [],
      key: undefined,
      seconds: 1.2,
    },
    {
      step: 'keep',
      stage: 's',
      verdict: 'run',
      reason: 'epochs is 24, was 20',
      reads: ['digits'],
      key: undefined,
      seconds: 62,
    },
    {
      step: 'keep_clusters',
      stage: 's',
      verdict: 'depends',
      reason: 'runs only if input features, which keep gives, changes',
      reads: ['keep'],
      key: undefined,
      seconds: undefined,
    },
  ],
};

describe('pipe plan', () => {
  it('gives every step its verdict and reason, and counts them', () => {
    expect(describePlan(plan, 100, paintFor(false))).toEqual([
      'reuse    digits         nothing changed',
      'run      keep           epochs is 24, was 20 (took 1 min 02 s)',
      'depends  keep_clusters  runs only if input features, which keep gives, changes',
      '',
      '3 steps on cpu: 1 to run, 1 depending on what these give, 1 to reuse (1.2 s saved)',
    ]);
  });

  it('puts the reason below the step where it is narrow', () => {
    const lines = describePlan(plan, 40, paintFor(false)).slice(0, -2);
    expect(lines.slice(0, 2)).toEqual(['reuse    digits', '    nothing changed']);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(40);
  });
});
