// `--json`: every run event as one line of JSON, the contract of tools. One kind of line is the command line's own: what was found
// in the program before any step ran. The last line is always `finished`, whatever went wrong.
import type { RunEvent, RunStatus } from '../../run/events.ts';
import type { ProgressView } from './progress-view.ts';
import { advance, count, emptyView, type RunView } from './run-view.ts';

export type JsonLine = RunEvent | { readonly event: 'diagnostics'; readonly diagnostics: readonly object[] };

export const jsonLine = (line: JsonLine): string => JSON.stringify(line);

/** The last line of a run that never came to its plan. */
export function unplannedFinish(status: RunStatus, seconds: number): RunEvent {
  return { event: 'finished', status, outputs: {}, steps: { ran: 0, reused: 0, failed: 0 }, seconds, run: '' };
}

/** The last line of a run that is left without waiting for it: what is known to be done so far. */
export function abandonedFinish(view: RunView, seconds: number): RunEvent {
  const steps = { ran: count(view, 'ran'), reused: count(view, 'reused'), failed: count(view, 'failed') };
  return { event: 'finished', status: 'cancelled', outputs: {}, steps, seconds, run: view.run };
}

/** Writes every event as it comes. */
export function openJsonView(writeLine: (line: string) => void): ProgressView {
  let view = emptyView(performance.now());
  let open = true;
  return {
    listener: (event) => {
      if (!open) return;
      view = advance(view, event, performance.now());
      writeLine(jsonLine(event));
    },
    // A cancelled run says so in its events; nothing is added to the contract for it.
    stopping: () => undefined,
    view: () => view,
    // After a second Ctrl-C the runner may still speak, but the last line has been said.
    close: async () => {
      open = false;
    },
  };
}
