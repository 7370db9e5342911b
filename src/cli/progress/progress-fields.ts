// The parts of what a running step says of itself, as texts; the views choose which to show. Empty where a stage does not say.
import type { Progress } from '../../stage/stage.ts';
import { formatBytes, formatCountdown, formatLoss, formatRate, groupThousands } from './quantities.ts';

export interface ProgressFields {
  /** "14/24 epochs", with `done` as wide as `total` so that it does not jump. */
  readonly count: string;
  /** "14/24". */
  readonly short: string;
  readonly loss: string;
  readonly rate: string;
  /** "0:48 left". */
  readonly left: string;
}

export function progressFields(progress: Progress, secondsLeft: number | undefined): ProgressFields {
  // A stage may count parts of an epoch; what is begun is not yet done.
  const amount = (value: number): string =>
    progress.unit === 'bytes' ? formatBytes(value) : groupThousands(Math.floor(value));
  const total = amount(progress.total);
  const short = `${amount(progress.done).padStart(total.length)}/${total}`;
  return {
    count: progress.unit === 'bytes' ? short : `${short} ${progress.unit}`,
    short,
    loss: progress.loss === undefined ? '' : `loss ${formatLoss(progress.loss)}`,
    rate: progress.rate === undefined ? '' : `${formatRate(progress.rate)} ${progress.rateUnit ?? 'images'}/s`,
    left: secondsLeft === undefined ? '' : `${formatCountdown(secondsLeft)} left`,
  };
}
