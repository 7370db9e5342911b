import { describe, expect, it } from 'vitest';
import { paintFor } from '../../../src/cli/paint.ts';
import { frame } from '../../../src/cli/progress/frame.ts';
import { advance, emptyView, type RunView } from '../../../src/cli/progress/run-view.ts';
import type { RunEvent } from '../../../src/run/events.ts';
import { recordedRun } from './recorded-run.ts';

const plain = paintFor(false);

function viewAt(time: number): RunView {
  return recordedRun
    .filter(({ at }) => at <= time)
    .reduce((view, { at, event }) => advance(view, event, at), emptyView(0));
}

const draw = (time: number, columns: number, rows: number): string =>
  `${frame(viewAt(time), { columns, rows }, time, plain).join('\n')}\n`;

describe('the live view', () => {
  it.each([40, 60, 80, 160])('shows two trainings side by side in %d columns', async (columns) => {
    await expect(draw(20_000, columns, 24)).toMatchFileSnapshot(`golden/frame-${columns}.txt`);
  });

  it('counts what is finished and what waits where there are few rows', async () => {
    await expect(draw(20_000, 80, 7)).toMatchFileSnapshot('golden/frame-low.txt');
  });

  it('says that it is stopping', () => {
    const lines = frame({ ...viewAt(20_000), stopping: true }, { columns: 80, rows: 24 }, 20_000, plain);
    expect(lines.at(-1)).toBe('stopping: saving checkpoints (Ctrl-C again: at once) · 20 s');
  });

  it('leaves one line for all that was reused, and one for every other step', () => {
    const lines = frame(viewAt(60_000), { columns: 80, rows: 5 }, 60_000, plain);
    expect(lines[0]).toBe('↺ 1 step reused (2.4 s saved)');
    expect(lines).toHaveLength(8);
  });

  it('tells a stopped step from one that had not begun', () => {
    const cancelled = (step: string): RunEvent => ({ event: 'cancelled', step });
    const steps = { ran: 4, reused: 1, failed: 0 };
    const finished: RunEvent = { event: 'finished', status: 'cancelled', outputs: {}, steps, seconds: 20, run: '' };
    const stopped = [cancelled('plain[s=0]'), cancelled('keep[s=0]'), cancelled('page'), finished].reduce(
      (view, event) => advance(view, event, 20_000),
      viewAt(20_000),
    );
    const lines = frame(stopped, { columns: 80, rows: 24 }, 20_000, plain);
    expect(lines.slice(-3)).toEqual(['✔ discard[s=0]     9.8 s', '■ keep[s=0]        stopped', '· 1 step not begun']);
  });

  it('fits in the window at every moment and size', () => {
    for (const columns of [20, 33, 40, 57, 80, 132]) {
      for (const rows of [6, 8, 24]) {
        for (let time = 0; time < 53_000; time += 1700) {
          const lines = frame(viewAt(time), { columns, rows }, time, plain);
          expect(lines.length).toBeLessThan(rows);
          for (const line of lines) expect([...line].length, line).toBeLessThan(Math.max(columns, 21));
        }
      }
    }
  });

  it('is the same with colours, but for the colours', () => {
    const painted = frame(viewAt(20_000), { columns: 80, rows: 24 }, 20_000, paintFor(true)).join('\n');
    expect(`${painted.replace(/\u001b\[\d+m/g, '')}\n`).toBe(draw(20_000, 80, 24));
  });
});
