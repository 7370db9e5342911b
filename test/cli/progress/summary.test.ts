import { describe, expect, it } from 'vitest';
import { paintFor } from '../../../src/cli/paint.ts';
import { advance, emptyView, type RunView } from '../../../src/cli/progress/run-view.ts';
import { type Summary, summarize } from '../../../src/cli/progress/summary.ts';
import type { RunEvent } from '../../../src/run/events.ts';
import { recordedRun } from './recorded-run.ts';

const summary = (view: RunView, columns = 80): Summary =>
  summarize(view, 'npx pipe run a.pipe', '/somewhere', columns, paintFor(false));

const after = (events: readonly RunEvent[]): RunView =>
  events.reduce((view, event) => advance(view, event, 0), emptyView(0));

const planned: RunEvent = {
  event: 'planned',
  pipeline: 'p',
  run: '/somewhere/run',
  engine: 'cpu',
  steps: ['train', 'cluster'].map((step) => ({ step, stage: `std.${step}`, verdict: 'run', reason: 'new', reads: [] })),
};

describe('the summary', () => {
  const whole = after(recordedRun.map(({ event }) => event));

  it('puts the scores side by side, then the page and the totals', async () => {
    await expect(`${summary(whole).lines.join('\n')}\n`).toMatchFileSnapshot('golden/summary.txt');
  });

  it('leaves the deviations out where they do not fit', () => {
    expect(summary(whole, 40).lines[2]).toBe('idfd   0.276  0.180  0.141     3');
  });

  it('repeats warnings on stderr, where they are not scrolled away', () => {
    expect(summary(whole).errors).toEqual(['warning: plain[s=0]: the last batch is incomplete and was left out']);
  });

  it('shows a table, with the deviation of one run as it is, and the number of several runs', () => {
    const rows = [
      {
        name: 'Same',
        cells: [
          { mean: 0.504, runs: 1, deviation: 0.237 },
          { mean: 0.25, runs: 3, deviation: 0.01 },
        ],
      },
    ];
    const finished: RunEvent = {
      ...{ event: 'finished', status: 'ok', outputs: { pairs: { columns: ['z_c', 'z_n'], rows } } },
      ...{ steps: { ran: 1, reused: 0, failed: 0 }, seconds: 1, run: '' },
    };
    const { lines } = summary(after([planned, finished]));
    expect(lines.slice(1, 3)).toEqual([
      'pairs            z_c                z_n',
      'Same   0.504 ± 0.237  0.250 ± 0.010 (3)',
    ]);
  });

  it('says what failed, what to do, where the log is, and what did not run for it', () => {
    const view = after([
      planned,
      {
        event: 'failed',
        step: 'train',
        message: 'the loss is not a number',
        hint: 'Lower learning_rate.',
        log: '/somewhere/run/logs/train.log',
      },
      { event: 'skipped', step: 'cluster', because: 'train' },
      {
        event: 'finished',
        status: 'failed',
        outputs: {},
        steps: { ran: 0, reused: 0, failed: 1 },
        seconds: 3,
        run: '/somewhere/run',
      },
    ]);
    expect(summary(view).errors).toEqual([
      'error: train failed: the loss is not a number',
      '  Lower learning_rate.',
      '  log: run/logs/train.log',
      '1 step could not run because of that',
      'failed after 3.0 s: 0 steps ran, 0 reused, 1 failed',
      'the steps that are done are kept; to go on once this is mended:',
      '  npx pipe run a.pipe',
    ]);
  });

  it('says after Ctrl-C what is kept and how to continue', () => {
    const view = after([
      planned,
      { event: 'cancelled', step: 'train' },
      {
        event: 'finished',
        status: 'cancelled',
        outputs: {},
        steps: { ran: 0, reused: 0, failed: 0 },
        seconds: 3,
        run: '/somewhere/run',
      },
    ]);
    expect(summary(view).errors).toEqual([
      'stopped after 3.0 s: 0 steps ran, 0 reused',
      'finished steps and checkpoints are kept; to continue:',
      '  npx pipe run a.pipe',
    ]);
  });
});
