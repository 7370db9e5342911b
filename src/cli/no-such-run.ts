// The error of a run that is asked for and is not in the store. In: what was asked, and the runs there are; out: the error to throw.
import { UsageError } from './exit-code.ts';

export interface AskedRun {
  readonly file: string;
  /** The name of its folder; undefined for the latest. */
  readonly run: string | undefined;
  readonly pipeline?: string | undefined;
  readonly cache: string;
}

/** Names in one message. */
const MOST_LISTED = 3;

/** @param names of all runs, the latest first. */
export function noSuchRun({ file, run, pipeline, cache }: AskedRun, names: readonly string[]): UsageError {
  if (run === undefined)
    return new UsageError(
      `no run of ${pipeline === undefined ? '' : `${pipeline} in `}${file} is in ${cache}`,
      `Run it first: npx pipe run ${file}. Another store is named with --cache.`,
    );
  return new UsageError(
    `there is no run ${run} in ${cache}`,
    names.length === 0 ? 'It has no runs.' : `The latest are ${names.slice(0, MOST_LISTED).join(', ')}.`,
  );
}
