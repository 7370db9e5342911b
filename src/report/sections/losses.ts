// Loss curves: a small plot for each recorded quantity, the methods overlaid.
// In: loss panels. Out: a section, or undefined where nothing was recorded.
import { formatMeasure } from '../format.ts';
import { html, type Html } from '../html.ts';
import { METHOD_DASHES, methodColour } from '../palette.ts';
import type { LossPanel } from '../model/report-model.ts';
import { coordinate, extent } from '../scale.ts';
import { drawFrame } from './plot.ts';
import { methodName, type Section } from './section.ts';

function title(name: string): string {
  return name.replaceAll('_', ' ');
}

function drawPanel(panel: LossPanel, methods: readonly string[]): Html | undefined {
  const range = extent(panel.curves.map((curve) => curve.values));
  if (!range) return undefined;
  const longest = Math.max(...panel.curves.map((curve) => curve.values.length));
  const room = (range[1] - range[0]) * 0.05 || Math.abs(range[0]) * 0.1 || 1;
  const frame = drawFrame({
    x: [1, Math.max(2, longest)],
    y: [range[0] - room, range[1] + room],
    xName: 'epoch',
    xTicks: 5,
    xWhole: true,
  });
  const lines = panel.curves.map(({ method, values }) => {
    const points = values.flatMap((value, i) =>
      Number.isFinite(value) ? `${coordinate(frame.x(i + 1))} ${coordinate(frame.y(value))}` : [],
    );
    // One epoch draws as a dot: a stroke of no length with round ends.
    return html`<path
      class="line"
      style="--c:${methodColour(method)}"
      stroke-dasharray="${METHOD_DASHES[method % METHOD_DASHES.length]}"
      d="M${points.join('L')}${points.length === 1 && 'h0'}"
    />`;
  });
  const last = panel.curves
    .map(({ method, values }) => `${methods[method]!} ${formatMeasure(values.at(-1) ?? NaN)}`)
    .join(', ');
  return html`<figure>
    <figcaption><b>${title(panel.name)}</b><br /><span class="muted">last: ${last}</span></figcaption>
    <svg
      class="plot"
      viewBox="${frame.viewBox}"
      role="img"
      aria-label="${title(panel.name)} over ${longest} epochs. Last values: ${last}."
    >
      ${frame.axes}${lines}
    </svg>
  </figure>`;
}

/** The curves of everything that training recorded. */
export function lossesSection(methods: readonly string[], losses: readonly LossPanel[]): Section | undefined {
  const panels = losses.flatMap((panel) => drawPanel(panel, methods) ?? []);
  if (panels.length === 0) return undefined;
  const drawn = [...new Set(losses.flatMap((panel) => panel.curves.map((curve) => curve.method)))].sort(
    (a, b) => a - b,
  );
  return {
    id: 'training',
    title: 'Training',
    lead: 'What training recorded, one value an epoch. Losses of different methods have different meanings: compare their courses, not their heights.',
    body: html`<ul class="legend">
        ${drawn.map((method) => html`<li>${methodName(methods, method)}</li>`)}
      </ul>
      <div class="panels wide">${panels}</div>`,
  };
}
