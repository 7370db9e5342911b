// A plan as text, one line a step, for tests to compare.
import type { Plan } from '../../src/plan/plan.ts';

/** Columns: verdict, step, reason. */
export function explainPlan(plan: Plan): string {
  const width = Math.max(0, ...plan.steps.map((step) => step.step.length));
  const lines = plan.steps.map((step) => `${step.verdict.padEnd(7)}  ${step.step.padEnd(width)}  ${step.reason}`);
  return lines.length === 0 ? 'nothing to do\n' : `${lines.join('\n')}\n`;
}
