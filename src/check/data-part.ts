// What is carried beside the type of an artifact: which data its rows stand for, and which its encoder has seen.
import type { Span } from '../source/span.ts';

/** Data as a stage without inputs gives them. */
export interface DataPart {
  /** The name of the stage: `mnist`. */
  readonly set: string;
  /** What its parameter `split` is; undefined for a set without. Of sets put together: all of them, in order. */
  readonly split: string | undefined;
  /** Tells draws apart of a set that has no splits. */
  readonly draw: string;
  /** The call. */
  readonly made: Span;
}

export interface DataOrigin {
  /** What the rows stand for: several sets where images were laid over each other. */
  readonly rows: readonly DataPart[];
  /** What the encoder behind them has seen. */
  readonly trainedOn: readonly DataPart[];
}
