// Figure 6 of the cIDFD paper: four histograms of mean similarity, the methods overlaid, on the same axes; then the check of
// docs/methods.md §6.1 as a table and in words. In: similarities of every method. Out: a section, or undefined where there are none.
import { formatScore } from '../format.ts';
import { html, type Html } from '../html.ts';
import { METHOD_DASHES, methodColour } from '../palette.ts';
import { PAIR_TYPES } from '../model/similarity.ts';
import type { MethodSimilarities, SimilarityPanel } from '../model/report-model.ts';
import { coordinate, extent } from '../scale.ts';
import { drawFrame, type Frame } from './plot.ts';
import { methodName, scrollable, type Section } from './section.ts';

type PairType = (typeof PAIR_TYPES)[number];

function panelOf(one: MethodSimilarities, type: PairType): SimilarityPanel | undefined {
  return one.panels.find((panel) => panel.background === type.background && panel.target === type.target);
}

/** The range of similarity that holds any density, of all methods and panels, with a little room, within the edges. */
function occupied(similarities: readonly MethodSimilarities[]): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const { edges, panels } of similarities)
    for (const panel of panels)
      for (const [bin, density] of panel.density.entries())
        if (density > 0) {
          low = Math.min(low, edges[bin]!);
          high = Math.max(high, edges[bin + 1]!);
        }
  if (low > high) return [-1, 1];
  const room = 0.04 * (high - low);
  return [Math.max(-1, low - room), Math.min(1, high + room)];
}

/** The outline of a histogram: a step a bin, from the floor back to the floor. */
function outline(
  one: MethodSimilarities,
  panel: SimilarityPanel,
  frame: Frame,
  domain: readonly [number, number],
): string {
  const floor = coordinate(frame.y(0));
  let d = '';
  let last = floor;
  let end = '';
  for (const [bin, density] of panel.density.entries()) {
    const [left, right] = [one.edges[bin]!, one.edges[bin + 1]!];
    if (right <= domain[0] || left >= domain[1]) continue;
    const x = coordinate(frame.x(Math.max(domain[0], left)));
    const y = coordinate(frame.y(density));
    if (d === '') d = `M${x} ${floor}`;
    if (y !== last) d += `H${x}V${y}`;
    last = y;
    end = coordinate(frame.x(Math.min(domain[1], right)));
  }
  return d === '' ? '' : `${d}H${end}V${floor}`;
}

function drawPanel(
  similarities: readonly MethodSimilarities[],
  methods: readonly string[],
  type: PairType,
  domain: readonly [number, number],
  highest: number,
): Html {
  const frame = drawFrame({ x: domain, y: [0, highest], xName: 'mean similarity', xTicks: 4 });
  const curves = similarities.map((one) => {
    const panel = panelOf(one, type);
    if (!panel) return undefined;
    const mean = coordinate(frame.x(panel.mean));
    return html`<g style="--c:${methodColour(one.method)}"
      ><path class="area" d="${outline(one, panel, frame, domain)}" /><path
        class="mean"
        stroke-dasharray="${METHOD_DASHES[one.method % METHOD_DASHES.length]}"
        d="M${mean} ${coordinate(frame.y(highest))}V${coordinate(frame.y(0))}"
    /></g>`;
  });
  const means = similarities
    .map((one) => `${methods[one.method]!} ${formatScore(panelOf(one, type)?.mean ?? NaN)}`)
    .join(', ');
  return html`<figure>
    <figcaption>
      <b>(${type.background}, ${type.target})</b><br /><span class="muted"
        >${type.background} background, ${type.target} target</span
      >
    </figcaption>
    <svg
      class="plot"
      viewBox="${frame.viewBox}"
      role="img"
      aria-label="Histogram of mean similarity, ${type.background} background and ${type.target} target. Means: ${means}."
    >
      ${frame.axes}${curves}
    </svg>
  </figure>`;
}

function sentence(one: MethodSimilarities, methods: readonly string[]): Html | undefined {
  const { verdict } = one;
  if (!verdict) return undefined;
  const relation = verdict.followsTarget ? '>' : '≤';
  const meaning = verdict.followsTarget
    ? 'a shared target brings images together whatever their backgrounds: the features follow the target'
    : 'a shared target alone does not bring images together: the background still counts';
  return html`<li>
    <b>${methods[one.method]}</b>: m₂ − m₁ = ${formatScore(verdict.gain)} ${relation} ½ (m₃ − m₁) =
    ${formatScore(verdict.threshold)}, so ${meaning}.
  </li>`;
}

function drawMeans(similarities: readonly MethodSimilarities[], methods: readonly string[]): Html {
  const head = PAIR_TYPES.map(
    (type, i) => html`<th scope="col">m${'₁₂₃₄'[i]}<br /><small>(${type.background}, ${type.target})</small></th>`,
  );
  const rows = similarities.map((one) => {
    const means = PAIR_TYPES.map((type) => html`<td>${formatScore(panelOf(one, type)?.mean ?? NaN)}</td>`);
    return html`<tr>
      <th scope="row">${methodName(methods, one.method)}</th>
      ${means}
    </tr>`;
  });
  return html`<table class="data">
    <thead>
      <tr>
        <th scope="col">Mean similarity</th>
        ${head}
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

/** The histograms, their means, and what they mean. */
export function similaritiesSection(
  methods: readonly string[],
  similarities: readonly MethodSimilarities[],
): Section | undefined {
  if (similarities.length === 0) return undefined;
  const domain = occupied(similarities);
  const densities = similarities.flatMap((one) => one.panels.map((panel) => panel.density));
  // Without any density there is nothing to scale to: the axis then goes to 1.
  const highest = (extent(densities)?.[1] || 1) * 1.04;
  const sentences = similarities.flatMap((one) => sentence(one, methods) ?? []);
  return {
    id: 'similarities',
    title: 'What the features follow',
    lead: 'For each image, its mean similarity to the images of four kinds, as (background, target). Density over the images; the same axes in all panels; upright lines are means.',
    body: html`<ul class="legend">
        ${similarities.map((one) => html`<li>${methodName(methods, one.method)}</li>`)}
      </ul>
      <div class="panels">
        ${PAIR_TYPES.filter((type) => similarities.some((one) => panelOf(one, type))).map((type) =>
          drawPanel(similarities, methods, type, domain, highest),
        )}
      </div>
      ${scrollable('Mean similarities', drawMeans(similarities, methods))}
      ${
        sentences.length > 0 &&
        html`<ul class="verdicts">
          ${sentences}
        </ul>`
      }
      <p class="note">After Figure 6 of Oshima, Takagi and Nakata (2024), cIDFD.</p>`,
  };
}
