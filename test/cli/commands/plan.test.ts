import { describe, expect, it } from 'vitest';
import { describePlan, type ShownPlan } from '../../../src/cli/commands/plan.ts';
import { paintFor } from '../../../src/cli/paint.ts';

const estimate = (seconds: number | undefined, memory: number | undefined) => ({
  ...{ seconds, basis: 'this step' as const, memory, bytes: undefined },
});

const plan: ShownPlan = {
  estimates: new Map([
    ['digits', estimate(1.2, undefined)],
    ['keep', estimate(62, 2 ** 28)],
    ['keep_clusters', estimate(undefined, 1000)],
  ]),
  totals: {
    seconds: 62,
    critical: { seconds: 62, steps: ['keep'] },
    unknown: [],
    memory: { bytes: 2 ** 28, step: 'keep' },
    bytes: 3e6,
    depends: { seconds: 0.5, bytes: 0 },
    saved: 1.2,
  },
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
    expect(describePlan(plan, 120, paintFor(false))).toEqual([
      'reuse    digits         nothing changed',
      'run      keep           epochs is 24, was 20 (about 1 min 02 s, 256 MiB of memory)',
      'depends  keep_clusters  runs only if input features, which keep gives, changes',
      '',
      '3 steps on cpu: 1 to run, 1 depending on what these give, 1 to reuse (1.2 s saved)',
      'time    about 1 min 02 s of work, 1 min 02 s at least: keep; up to 0.5 s more for what depends',
      'memory  about 256 MiB at most in one step: keep',
      'disk    about 2.9 MiB',
    ]);
  });

  it('puts the reason below the step where it is narrow', () => {
    const lines = describePlan(plan, 40, paintFor(false));
    expect(lines.slice(0, 2)).toEqual(['reuse    digits', '    nothing changed']);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(40);
  });
});
