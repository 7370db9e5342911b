// Durations, rates and counts as people read them. Pure text.
import { characterWidth, textWidth } from '../../diagnostics/display-width.ts';

/** "0.4 s", "43 s", "2 min 05 s", "1 h 12 min". */
export function formatSeconds(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** A duration that counts down: "0:48", "12:05", "1:12:30". */
export function formatCountdown(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const pair = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${pair(minutes)}:${pair(whole % 60)}` : `${minutes}:${pair(whole % 60)}`;
}

/** 1702.3 → "1,702"; below ten one decimal is kept. */
export function formatRate(rate: number): string {
  return rate < 9.95 ? rate.toFixed(1) : groupThousands(Math.round(rate));
}

export function groupThousands(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** A loss at four significant digits, never in exponent form for ordinary sizes. */
export function formatLoss(loss: number): string {
  if (!Number.isFinite(loss)) return String(loss);
  const size = Math.abs(loss);
  return size >= 1e5 || (size !== 0 && size < 1e-3) ? loss.toExponential(2) : loss.toPrecision(4);
}

/** "1 step", "3 steps". */
export function plural(count: number, noun: string): string {
  return `${groupThousands(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Bytes in binary units: "512 B", "3.2 MiB". */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** Cut to `width` terminal columns, with an ellipsis where something was cut. */
export function clip(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = '';
  let columns = 0;
  for (const character of text) {
    columns += characterWidth(character);
    if (columns > width - 1) break;
    kept += character;
  }
  return width >= 1 ? `${kept}…` : '';
}
