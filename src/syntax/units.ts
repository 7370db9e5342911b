// Units of memory and time. A quantity is kept as a plain number of bytes or seconds.

export type Measure = 'Memory' | 'Duration';

/** What one of each unit is, in bytes (Memory) or seconds (Duration). */
export const units: ReadonlyMap<string, { readonly measure: Measure; readonly factor: number }> = new Map([
  ['B', { measure: 'Memory', factor: 1 }],
  ['kB', { measure: 'Memory', factor: 1e3 }],
  ['MB', { measure: 'Memory', factor: 1e6 }],
  ['GB', { measure: 'Memory', factor: 1e9 }],
  ['TB', { measure: 'Memory', factor: 1e12 }],
  ['KiB', { measure: 'Memory', factor: 2 ** 10 }],
  ['MiB', { measure: 'Memory', factor: 2 ** 20 }],
  ['GiB', { measure: 'Memory', factor: 2 ** 30 }],
  ['TiB', { measure: 'Memory', factor: 2 ** 40 }],
  ['ms', { measure: 'Duration', factor: 1e-3 }],
  ['s', { measure: 'Duration', factor: 1 }],
  ['min', { measure: 'Duration', factor: 60 }],
  ['h', { measure: 'Duration', factor: 3600 }],
  ['d', { measure: 'Duration', factor: 86400 }],
]);

/** Reads `8 GiB` or `1.5h`, as the lexer lets it through. */
export function parseQuantity(text: string): { readonly value: number; readonly measure: Measure } {
  const match = /^([\d.]+)[ \t]*([A-Za-z]+)$/.exec(text);
  const unit = match === null ? undefined : units.get(match[2]!);
  if (match === null || unit === undefined) throw new Error(`not a quantity: ${text}`);
  return { value: Number(match[1]) * unit.factor, measure: unit.measure };
}

/** The shortest way to write a quantity, in the largest unit that gives a whole number: `8 GiB`, `90 min`. */
export function formatQuantity(value: number, measure: Measure): string {
  const fitting = [...units].filter(([, unit]) => unit.measure === measure && Number.isInteger(value / unit.factor));
  const [name, unit] = fitting.reduce(
    (best, next) => (next[1].factor > best[1].factor ? next : best),
    fitting[0] ?? [measure === 'Memory' ? 'B' : 's', { measure, factor: 1 }],
  );
  return `${value / unit.factor} ${name}`;
}
