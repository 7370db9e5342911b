// A run as events with their times, for tests of the views: two seeds, one step reused, training with losses.
import type { RunEvent, Verdict } from '../../../src/run/events.ts';

export interface Timed {
  /** Milliseconds since the start. */
  readonly at: number;
  readonly event: RunEvent;
}

const STEPS: readonly (readonly [string, string, Verdict, string, readonly string[]])[] = [
  ['digits', 'std/datasets.mnist', 'reuse', 'nothing changed', []],
  ['behind[s=0]', 'std/datasets.stripes', 'run', 'never run before', []],
  ['background[s=0]', 'std/datasets.stripes', 'run', 'never run before', []],
  ['target[s=0]', 'std/datasets.overlay', 'depends', 'input behind may change', ['digits', 'behind[s=0]']],
  ['plain[s=0]', 'std/representation.idfd', 'depends', 'input images may change', ['target[s=0]']],
  ['discard[s=0]', 'std/representation.idfd', 'depends', 'input images may change', ['background[s=0]']],
  ['keep[s=0]', 'std/representation.cidfd', 'depends', 'input images may change', ['target[s=0]', 'discard[s=0]']],
  ['page', 'std/visual.report', 'depends', 'input scores may change', ['keep[s=0]', 'plain[s=0]']],
];

function epochs(step: string, from: number, count: number, each: number): readonly Timed[] {
  return Array.from({ length: count }, (_, index) => ({
    at: from + (index + 1) * each,
    event: {
      event: 'progress' as const,
      step,
      done: index + 1,
      total: count,
      unit: 'epochs',
      loss: 9.2103 * Math.exp(-(index + 1) / 9),
      rate: 1702.4 + index,
      rateUnit: 'images',
    },
  }));
}

const timed: readonly Timed[] = [
  {
    at: 300,
    event: {
      event: 'planned',
      pipeline: 'stripe_mnist',
      run: '/somewhere/.pipe/runs/20250101T000000Z-stripe_mnist-abc',
      engine: 'cpu',
      steps: STEPS.map(([step, stage, verdict, reason, reads]) => ({ step, stage, verdict, reason, reads })),
    },
  },
  { at: 310, event: { event: 'reused', step: 'digits', reason: 'nothing changed', seconds_saved: 2.4 } },
  {
    at: 320,
    event: {
      event: 'started',
      step: 'behind[s=0]',
      stage: 'std/datasets.stripes',
      reason: 'never run before',
      threads: 1,
    },
  },
  {
    at: 330,
    event: {
      event: 'started',
      step: 'background[s=0]',
      stage: 'std/datasets.stripes',
      reason: 'never run before',
      threads: 1,
    },
  },
  { at: 1500, event: { event: 'ran', step: 'behind[s=0]', seconds: 1.18, outputs: {} } },
  { at: 1600, event: { event: 'ran', step: 'background[s=0]', seconds: 1.27, outputs: {} } },
  {
    at: 1610,
    event: {
      event: 'started',
      step: 'target[s=0]',
      stage: 'std/datasets.overlay',
      reason: 'input behind changed',
      threads: 1,
    },
  },
  {
    at: 1620,
    event: {
      event: 'started',
      step: 'discard[s=0]',
      stage: 'std/representation.idfd',
      reason: 'never run before',
      threads: 1,
    },
  },
  ...epochs('discard[s=0]', 1700, 12, 800),
  { at: 1800, event: { event: 'ran', step: 'target[s=0]', seconds: 0.19, outputs: {} } },
  {
    at: 1810,
    event: {
      event: 'started',
      step: 'plain[s=0]',
      stage: 'std/representation.idfd',
      reason: 'never run before',
      threads: 1,
    },
  },
  {
    at: 5000,
    event: {
      event: 'log' as const,
      step: 'plain[s=0]',
      level: 'warning' as const,
      message: 'the last batch is incomplete and was left out',
    },
  },
  ...epochs('plain[s=0]', 1900, 24, 1500),
  { at: 11400, event: { event: 'ran' as const, step: 'discard[s=0]', seconds: 9.8, outputs: {} } },
  {
    at: 11410,
    event: {
      event: 'started' as const,
      step: 'keep[s=0]',
      stage: 'std/representation.cidfd',
      reason: 'continues from its checkpoint',
      threads: 1,
    },
  },
  ...epochs('keep[s=0]', 11500, 24, 1700),
  { at: 38000, event: { event: 'ran' as const, step: 'plain[s=0]', seconds: 36.2, outputs: {} } },
  { at: 52400, event: { event: 'ran' as const, step: 'keep[s=0]', seconds: 41.0, outputs: {} } },
  {
    at: 52410,
    event: {
      event: 'started' as const,
      step: 'page',
      stage: 'std/visual.report',
      reason: 'never run before',
      threads: 1,
    },
  },
  { at: 53000, event: { event: 'ran' as const, step: 'page', seconds: 0.6, outputs: {} } },
  {
    at: 53100,
    event: {
      event: 'finished' as const,
      status: 'ok' as const,
      outputs: {
        idfd: { acc: 0.2761, nmi: 0.18, ari: 0.1411, runs: 3, deviation: { acc: 0.021, nmi: 0.01, ari: 0.012 } },
        cidfd: { acc: 0.8832, nmi: 0.769, ari: 0.766 },
        page: '/somewhere/.pipe/runs/20250101T000000Z-stripe_mnist-abc/outputs/page.html',
      },
      steps: { ran: 7, reused: 1, failed: 0 },
      seconds: 53.1,
      run: '/somewhere/.pipe/runs/20250101T000000Z-stripe_mnist-abc',
    },
  },
];

export const recordedRun: readonly Timed[] = timed.toSorted((a, b) => a.at - b.at);
