// `--json`: every run event as one line of JSON, the contract of tools. One kind of line is the command line's own: what was found
// in the program before any step ran. The last line is always `finished`, whatever went wrong.
import type { RunEvent, RunStatus } from '../../run/events.ts';
import type { ProgressView } from './progress-view.ts';
import { advance, emptyView } from './run-view.ts';

export type JsonLine = RunEvent | { readonly event: 'diagnostics'; readonly diagnostics: readonly object[] };

export const jsonLine = (line: JsonLine): string => JSON.stringify(line);

/** The last line of a run that never came to its plan. */
export function unplannedFinish(status: RunStatus, seconds: number): RunEvent {
  return { event: 'finished', status, outputs: {}, steps: { ran: 0, reused: 0, failed: 0 }, seconds, run: '' };
}

/** Writes every event as it comes. */
export function openJsonView(writeLine: (line: string) => void): ProgressView {
  let view = emptyView(performance.now());
  return {
    listener: (event) => {
      view = advance(view, event, performance.now());
      writeLine(jsonLine(event));
    },
    // A cancelled run says so in its events; nothing is added to the contract for it.
    stopping: () => undefined,
    view: () => view,
    close: async () => undefined,
  };
}
