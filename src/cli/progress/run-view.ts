// The state that a progress view shows: a fold over run events. Pure: what goes in is the view, an event and the time,
// what comes out is the next view. Knows nothing of terminals.
import type { RunEvent, Verdict } from '../../run/events.ts';
import type { Progress } from '../../stage/stage.ts';

export type StepState = 'waiting' | 'running' | 'ran' | 'reused' | 'failed' | 'skipped' | 'cancelled';

export interface StepView {
  readonly id: string;
  readonly stage: string;
  readonly state: StepState;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly progress: Progress | undefined;
  /** Where the runner says how long is left, that; otherwise from the pace since the first progress. */
  readonly secondsLeft: number | undefined;
  readonly startedAt: number | undefined;
  /** Where the pace is measured from: time and `done` of the first progress event. */
  readonly paceFrom: { readonly at: number; readonly done: number } | undefined;
  /** Seconds it took, or seconds saved by reusing it. */
  readonly seconds: number | undefined;
  readonly message: string | undefined;
  readonly hint: string | undefined;
  readonly log: string | undefined;
}

export interface RunView {
  readonly startedAt: number;
  readonly pipeline: string;
  readonly engine: string;
  readonly run: string;
  readonly steps: readonly StepView[];
  readonly warnings: readonly { readonly step: string; readonly message: string }[];
  readonly stopping: boolean;
  /** What a paper says, beside what came out. */
  readonly published: Extract<RunEvent, { event: 'published' }>['targets'];
  readonly finished: Extract<RunEvent, { event: 'finished' }> | undefined;
}

/** Times are in milliseconds from any fixed moment. */
export function emptyView(now: number): RunView {
  return {
    startedAt: now,
    pipeline: '',
    engine: '',
    run: '',
    steps: [],
    warnings: [],
    stopping: false,
    published: [],
    finished: undefined,
  };
}

export function advance(view: RunView, event: RunEvent, now: number): RunView {
  switch (event.event) {
    case 'planned':
      return {
        ...view,
        pipeline: event.pipeline,
        engine: event.engine,
        run: event.run,
        steps: event.steps.map((planned) => waitingStep(planned.step, planned.stage, planned.verdict, planned.reason)),
      };
    case 'started':
      return change(view, event.step, (step) => ({
        ...step,
        state: 'running',
        reason: event.reason,
        startedAt: now,
        progress: undefined,
        secondsLeft: undefined,
        paceFrom: undefined,
      }));
    case 'progress':
      return change(view, event.step, (step) => {
        const paceFrom = step.paceFrom ?? { at: now, done: event.done };
        return { ...step, progress: event, paceFrom, secondsLeft: event.seconds_left ?? pace(event, paceFrom, now) };
      });
    case 'log':
      if (event.level !== 'warning') return change(view, event.step, (step) => ({ ...step, message: event.message }));
      return { ...view, warnings: [...view.warnings, { step: event.step, message: event.message }] };
    case 'reused':
      return change(view, event.step, (step) => ({
        ...step,
        state: 'reused',
        reason: event.reason,
        seconds: event.seconds_saved,
      }));
    case 'ran':
      return change(view, event.step, (step) => ({ ...step, state: 'ran', seconds: event.seconds }));
    case 'failed':
      return change(view, event.step, (step) => ({
        ...step,
        state: 'failed',
        message: event.message,
        hint: event.hint,
        log: event.log,
      }));
    case 'skipped':
      return change(view, event.step, (step) => ({ ...step, state: 'skipped', message: `needs ${event.because}` }));
    case 'cancelled':
      // One that had not begun is as it was.
      return change(view, event.step, (step) =>
        step.startedAt === undefined ? step : { ...step, state: 'cancelled' },
      );
    case 'published':
      return { ...view, published: event.targets };
    case 'finished':
      return { ...view, finished: event };
  }
}

export const count = (view: RunView, ...states: readonly StepState[]): number =>
  view.steps.filter((step) => states.includes(step.state)).length;

function change(view: RunView, id: string, update: (step: StepView) => StepView): RunView {
  // An event about a step that no plan named is shown all the same: losing it would hide a failure.
  const known = view.steps.some((step) => step.id === id);
  const steps = known ? view.steps : [...view.steps, waitingStep(id, '', 'run', '')];
  return { ...view, steps: steps.map((step) => (step.id === id ? update(step) : step)) };
}

function waitingStep(id: string, stage: string, verdict: Verdict, reason: string): StepView {
  return {
    id,
    stage,
    state: 'waiting',
    verdict,
    reason,
    progress: undefined,
    secondsLeft: undefined,
    startedAt: undefined,
    paceFrom: undefined,
    seconds: undefined,
    message: undefined,
    hint: undefined,
    log: undefined,
  };
}

function pace(progress: Progress, from: { at: number; done: number }, now: number): number | undefined {
  const gained = progress.done - from.done;
  if (gained <= 0 || now <= from.at) return undefined;
  return ((now - from.at) / 1000 / gained) * (progress.total - progress.done);
}
