// The first thing a reader sees: a card a method, its accuracy in large figures, and one row of sample images a cluster.
// In: scores and clusterings. Out: markup for the head of the page.
import { formatScore } from '../format.ts';
import { html, type Html } from '../html.ts';
import { methodColour } from '../palette.ts';
import type { ReportModel } from '../model/report-model.ts';
import { drawOverview } from './samples.ts';

function drawCard(model: ReportModel, method: number): Html {
  const scores = model.scores[method];
  const clustering = model.clusterings[method];
  return html`<article class="card" style="--c:${methodColour(method)}">
    <header>
      <h2>${model.methods[method]}</h2>
      ${
        scores &&
        html`<p class="figure">
            <span class="label">ACC</span>
            <b>${formatScore(scores.acc)}</b>
            ${scores.deviation && html`<span class="deviation">± ${formatScore(scores.deviation.acc)}</span>`}
          </p>
          <p class="minor">
            <span class="label">NMI</span> ${formatScore(scores.nmi)}
            <span class="label">ARI</span> ${formatScore(scores.ari)}
          </p>`
      }
    </header>
    ${clustering && drawOverview(clustering, model.classes)}
  </article>`;
}

/** The cards, or undefined where there are neither scores nor clusters. */
export function drawAtAGlance(model: ReportModel): Html | undefined {
  if (model.scores.length === 0 && model.clusterings.length === 0) return undefined;
  const pictured = model.clusterings.some((clustering) => clustering.sheet);
  const several = (model.scores[0]?.runs ?? 1) > 1;
  return html`<div class="glance">${model.methods.map((_, method) => drawCard(model, method))}</div>
    ${pictured && html`<p class="note">Each row is one cluster${several && ' of the first run'}, drawn from all over it${model.classes.every((name) => [...name].length <= 3) && '; beside it the class that the best matching gives it'}.</p>`}`;
}
