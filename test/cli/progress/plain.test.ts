import { describe, expect, it } from 'vitest';
import { openPlainView } from '../../../src/cli/progress/plain.ts';
import { recordedRun } from './recorded-run.ts';

function linesOf(): { readonly lines: readonly string[]; readonly at: readonly number[] } {
  let now = 0;
  const lines: string[] = [];
  const at: number[] = [];
  const view = openPlainView(
    'pipelines/stripe-mnist.pipe: stripe_mnist, 8 steps',
    (line) => {
      lines.push(line);
      at.push(now);
    },
    { color: false },
    () => now,
  );
  for (const { at: time, event } of recordedRun) {
    now = time;
    view.listener(event);
  }
  return { lines, at };
}

describe('progress without a terminal', () => {
  it('says what starts and what ends, and how far it is in between', async () => {
    await expect(`${linesOf().lines.join('\n')}\n`).toMatchFileSnapshot('golden/plain.txt');
  });

  it('gives at most one line of progress a step in five seconds', () => {
    const { lines, at } = linesOf();
    for (const step of ['plain[s=0]', 'keep[s=0]', 'discard[s=0]']) {
      const times = at.filter((_, index) => lines[index]!.includes(`${step}  `) && lines[index]!.includes('epochs'));
      expect(times.length).toBeGreaterThan(0);
      times.slice(1).forEach((time, index) => expect(time - times[index]!).toBeGreaterThanOrEqual(5000));
    }
  });
});
