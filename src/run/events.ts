// The only voice of execution: a closed union. Terminal, JSON output, run record and tests are listeners.
// The field names are the public contract of `pipe run --json`, whose last line is always `finished`. The command line puts one line of
// its own before these where the checker found something, `{"event":"diagnostics","diagnostics":[…]}`: nothing has run by then.
import type { Verdict } from '../plan/verdict.ts';
import type { Progress } from '../stage/stage.ts';
import type { Comparison } from './compare-published.ts';

export type { Verdict };

export type RunStatus = 'ok' | 'failed' | 'cancelled';

export type RunEvent =
  | {
      readonly event: 'planned';
      readonly pipeline: string;
      readonly run: string;
      readonly engine: string;
      readonly steps: readonly {
        readonly step: string;
        readonly stage: string;
        readonly verdict: Verdict;
        /** One sentence that names what changed. */
        readonly reason: string;
        /** Steps it reads from. */
        readonly reads: readonly string[];
      }[];
    }
  | {
      readonly event: 'started';
      readonly step: string;
      readonly stage: string;
      readonly reason: string;
      readonly threads: number;
    }
  | ({ readonly event: 'progress'; readonly step: string; readonly seconds_left?: number } & Progress)
  | { readonly event: 'log'; readonly step: string; readonly level: 'info' | 'warning'; readonly message: string }
  | { readonly event: 'reused'; readonly step: string; readonly reason: string; readonly seconds_saved: number }
  | {
      readonly event: 'ran';
      readonly step: string;
      readonly seconds: number;
      readonly outputs: Readonly<Record<string, string>>;
    }
  | {
      readonly event: 'failed';
      readonly step: string;
      readonly message: string;
      readonly hint?: string;
      readonly log?: string;
    }
  /** Not run because a step it reads from failed. */
  | { readonly event: 'skipped'; readonly step: string; readonly because: string }
  | { readonly event: 'cancelled'; readonly step: string }
  /** What a paper says of the outputs, beside them; only where the pipeline has published numbers. */
  | { readonly event: 'published'; readonly targets: readonly Comparison[] }
  | {
      readonly event: 'finished';
      readonly status: RunStatus;
      /** Scores as `{acc, nmi, ari}` (plus `runs` and `deviation` where reduced), a page or another artifact as the path of its file, a value as itself. */
      readonly outputs: Readonly<Record<string, unknown>>;
      readonly steps: { readonly ran: number; readonly reused: number; readonly failed: number };
      readonly seconds: number;
      readonly run: string;
    };

export type RunListener = (event: RunEvent) => void;
