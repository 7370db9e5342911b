// From strokes to pixels. In: lists of points; out: smooth curves through them, and an antialiased drawing of them with a round pen.
import type { Point } from './glyph-shapes.ts';

/** Points of a curve as x, y, x, y, …: flat, since they are moved many times before they are drawn. */
export type Polyline = Float64Array;

/** Straight pieces between two points of a stroke: short enough that no corner shows at 28 pixels. */
const PIECES = 6;

/** The Catmull-Rom spline through the points, sampled; two equal points in a row make a corner. */
export function smoothCurve(points: readonly Point[]): Polyline {
  const curve: number[] = [];
  for (let i = 0; i + 1 < points.length; i += 1) {
    const from = points[i]!;
    const to = points[i + 1]!;
    if (from[0] === to[0] && from[1] === to[1]) continue;
    const before = points[i - 1] ?? from;
    const after = points[i + 2] ?? to;
    for (let piece = curve.length === 0 ? 0 : 1; piece <= PIECES; piece += 1) {
      const t = piece / PIECES;
      curve.push(spline(before[0], from[0], to[0], after[0], t), spline(before[1], from[1], to[1], after[1], t));
    }
  }
  return Float64Array.from(curve);
}

function spline(before: number, from: number, to: number, after: number, t: number): number {
  const slopeFrom = (to - before) / 2;
  const slopeTo = (after - from) / 2;
  const rise = to - from;
  return from + t * (slopeFrom + t * (3 * rise - 2 * slopeFrom - slopeTo + t * (slopeFrom + slopeTo - 2 * rise)));
}

/**
 * Draws the lines into size × size pixels with a round pen of `thickness` pixels and a one-pixel soft edge; `ink` in 0..1 is the full brightness.
 * Coordinates are in pixels, (0, 0) in the middle of the first one.
 */
export function drawLines(
  lines: readonly Polyline[],
  thickness: number,
  ink: number,
  size: number,
  pixels: Uint8Array,
): void {
  // Squared distance of each pixel to the nearest line, looked for only where the pen reaches.
  const nearest = new Float64Array(size * size).fill(Infinity);
  const reach = thickness / 2 + 0.5;
  for (const line of lines) {
    for (let at = 0; at + 3 < line.length; at += 2) {
      reachSegment(line[at]!, line[at + 1]!, line[at + 2]!, line[at + 3]!, reach, size, nearest);
    }
  }
  for (let i = 0; i < nearest.length; i += 1) {
    const covered = Math.min(Math.max(reach - Math.sqrt(nearest[i]!), 0), 1);
    pixels[i] = Math.round(255 * ink * covered);
  }
}

function reachSegment(
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  reach: number,
  size: number,
  nearest: Float64Array,
): void {
  const left = Math.max(Math.ceil(Math.min(x0, x1) - reach), 0);
  const right = Math.min(Math.floor(Math.max(x0, x1) + reach), size - 1);
  const top = Math.max(Math.ceil(Math.min(y0, y1) - reach), 0);
  const bottom = Math.min(Math.floor(Math.max(y0, y1) + reach), size - 1);
  const dx = x1 - x0;
  const dy = y1 - y0;
  const length = dx * dx + dy * dy;
  for (let y = top; y <= bottom; y += 1) {
    for (let x = left; x <= right; x += 1) {
      const along = length === 0 ? 0 : ((x - x0) * dx + (y - y0) * dy) / length;
      const t = Math.min(Math.max(along, 0), 1);
      const square = (x - x0 - t * dx) ** 2 + (y - y0 - t * dy) ** 2;
      const at = y * size + x;
      if (square < nearest[at]!) nearest[at] = square;
    }
  }
}
