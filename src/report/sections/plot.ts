// Axes for small plots, shared by the histograms and the loss curves. In: domains. Out: a frame and its two scales.
import { html, type Html } from '../html.ts';
import { formatTick } from '../format.ts';
import { coordinate, linearScale, ticks, type Scale } from '../scale.ts';

export interface Frame {
  readonly x: Scale;
  readonly y: Scale;
  /** Grid lines, ticks and axis names: drawn first, under the data. */
  readonly axes: Html;
  readonly viewBox: string;
}

const WIDTH = 260;
const HEIGHT = 176;
const LEFT = 36;
const RIGHT = 8;
const TOP = 8;
const BOTTOM = 34;

/** A plot area of fixed size with ticks on both axes. `xTicks` is about how many are wanted. */
export function drawFrame(options: {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly xName: string;
  readonly xTicks?: number;
  /** Only whole numbers on the x axis, as of epochs. */
  readonly xWhole?: boolean;
}): Frame {
  const x = linearScale(options.x, [LEFT, WIDTH - RIGHT]);
  const y = linearScale(options.y, [HEIGHT - BOTTOM, TOP]);
  const wanted = options.xTicks ?? 5;
  const across = ticks(
    options.x[0],
    options.x[1],
    options.xWhole ? Math.min(wanted, options.x[1] - options.x[0]) : wanted,
  );
  const up = ticks(options.y[0], options.y[1], 4);
  const floor = HEIGHT - BOTTOM;
  const axes = html`<g class="axes"
    >${up.values.map((value) => html`<path d="M${LEFT} ${coordinate(y(value))}H${WIDTH - RIGHT}" /><text class="y" x="${LEFT - 6}" y="${coordinate(y(value))}">${formatTick(value, up.step)}</text>`)}<path
      class="base"
      d="M${LEFT} ${floor}H${WIDTH - RIGHT}"
    />${across.values.map((value) => html`<path class="base" d="M${coordinate(x(value))} ${floor}v4" /><text class="x" x="${coordinate(x(value))}" y="${floor + 14}">${formatTick(value, across.step)}</text>`)}<text
      class="x name"
      x="${(LEFT + WIDTH - RIGHT) / 2}"
      y="${HEIGHT - 5}"
      >${options.xName}</text
    ></g
  >`;
  return { x, y, axes, viewBox: `0 0 ${WIDTH} ${HEIGHT}` };
}
