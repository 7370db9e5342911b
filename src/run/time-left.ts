// How long a step will still take, from the progress it reports. In: progress events; out: seconds.
import type { Clock } from '../platform/clock.ts';
import type { Progress } from '../stage/stage.ts';

/** A function to call with each progress of one step, in order; undefined while nothing can be said. */
export function timeLeft(clock: Clock): (progress: Progress) => number | undefined {
  let first: { readonly done: number; readonly at: number; readonly unit: string } | undefined;
  return ({ done, total, unit }) => {
    // Counting starts at what a checkpoint had done already, and anew with each phase.
    if (first === undefined || first.unit !== unit || done < first.done) first = { done, at: clock.elapsed(), unit };
    if (done <= first.done) return undefined;
    const perUnit = (clock.elapsed() - first.at) / 1000 / (done - first.done);
    return Math.max(0, (total - done) * perUnit);
  };
}
