// What every view of a run is to the command that opened it: a listener that can be closed.
import type { RunListener } from '../../run/events.ts';
import type { RunView } from './run-view.ts';

export interface ProgressView {
  readonly listener: RunListener;
  /** Ctrl-C was heard. */
  stopping(): void;
  /** The state so far, for the summary. */
  view(): RunView;
  /** Draws the last state and gives the screen back. */
  close(): Promise<void>;
}
