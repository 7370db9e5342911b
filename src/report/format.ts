// Numbers as the field writes them. Pure; the same number always gives the same text, whatever the machine's locale.
// In: numbers with a unit in the name. Out: text, not yet escaped.

const MINUS = '\u2212';
const THIN_SPACE = '\u2009';

/** A score or a similarity in three decimals: `0.883`, `−0.047`. */
export function formatScore(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const text = Math.abs(value).toFixed(3);
  return value < 0 && Number(text) !== 0 ? MINUS + text : text;
}

/** A mean with its sample standard deviation: `0.841 ± 0.080`. */
export function formatMean(value: number, deviation: number | undefined): string {
  return deviation === undefined ? formatScore(value) : `${formatScore(value)} ± ${formatScore(deviation)}`;
}

/** A share in whole percent, with one decimal where rounding would claim all or nothing: `97 %`, `99.7 %`. */
export function formatPercent(share: number): string {
  const percent = share * 100;
  const rounded = Math.round(percent);
  const claimsAll = rounded === 100 && share < 1;
  const claimsNothing = rounded === 0 && share > 0;
  if (claimsAll) return `${Math.min(99.9, Number(percent.toFixed(1)))}${THIN_SPACE}%`;
  if (claimsNothing) return `${Math.max(0.1, Number(percent.toFixed(1)))}${THIN_SPACE}%`;
  return `${rounded}${THIN_SPACE}%`;
}

/** A whole number with a comma at every third digit: `60,000`. */
export function formatCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A duration: `< 0.01 s`, `0.42 s`, `12.3 s`, `1 min 52 s`, `2 h 05 min`. */
export function formatSeconds(seconds: number): string {
  if (seconds > 0 && seconds < 0.005) return '< 0.01 s';
  if (seconds < 0.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** A number on an axis, as short as the step between ticks allows. */
export function formatTick(value: number, step: number): string {
  const decimals = Math.min(12, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? MINUS + text : text;
}

/** A measured number of any size in three significant figures: `4.52`, `0.00312`, `1.2e-7`. */
export function formatMeasure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const size = Math.abs(value);
  const text = size >= 1e6 || size < 1e-4 ? size.toExponential(2) : size >= 100 ? size.toFixed(0) : size.toPrecision(3);
  return value < 0 ? MINUS + text : text;
}

/** A parameter's value as it would be written in a program. */
export function formatValue(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (Array.isArray(value)) return `[${value.map(formatValue).join(', ')}]`;
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return JSON.stringify(value);
}

/** The first twelve hexadecimal digits of a digest or key, enough to tell it from others by eye. */
export function shortDigest(digest: string): string {
  return digest.replace(/^[a-z0-9]+[:-]/, '').slice(0, 12);
}

/** Names in a sentence: `A`, `A and B`, `A, B and C`. */
export function joinNames(names: readonly string[]): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`;
}
