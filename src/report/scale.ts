// Linear scales and round ticks for axes. Pure arithmetic; knows no markup.

/** Maps a value in [domain[0], domain[1]] to [range[0], range[1]]. A domain of no width maps to the middle. */
export type Scale = (value: number) => number;

/** A linear scale. */
export function linearScale(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const width = domain[1] - domain[0];
  if (width === 0) return () => (range[0] + range[1]) / 2;
  return (value) => range[0] + ((value - domain[0]) / width) * (range[1] - range[0]);
}

/** Round numbers within [low, high], about `count` of them, and the step between them (1, 2 or 5 times a power of ten). */
export function ticks(
  low: number,
  high: number,
  count: number,
): { readonly step: number; readonly values: readonly number[] } {
  if (!(high > low)) return { step: 1, values: [low] };
  const rough = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const ratio = rough / power;
  const step = power * (ratio < 1.5 ? 1 : ratio < 3.5 ? 2 : ratio < 7.5 ? 5 : 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return { step, values: Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step) };
}

/** The smallest and the largest finite value of some series, or undefined where there is none. */
export function extent(series: readonly (readonly number[])[]): readonly [number, number] | undefined {
  let low = Infinity;
  let high = -Infinity;
  for (const values of series)
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  return low <= high ? [low, high] : undefined;
}

/** A coordinate as short text, to a tenth of a unit. */
export function coordinate(value: number): string {
  return String(Math.round(value * 10) / 10);
}
