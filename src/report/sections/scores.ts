// Scores side by side: a table with a bar in every cell, mean ± deviation where there are several runs.
// In: scores of every method. Out: a section, or undefined where there are none.
import { formatCount, formatScore } from '../format.ts';
import { html, type Html } from '../html.ts';
import { methodColour } from '../palette.ts';
import type { MethodScores } from '../model/report-model.ts';
import { runLinks, stepLink } from '../step-link.ts';
import { methodName, type Section } from './section.ts';

const METRICS = [
  { key: 'acc', name: 'ACC', long: 'clustering accuracy' },
  { key: 'nmi', name: 'NMI', long: 'normalised mutual information' },
  { key: 'ari', name: 'ARI', long: 'adjusted Rand index' },
] as const;

type Metric = (typeof METRICS)[number]['key'];

function share(value: number): string {
  return String(Math.round(Math.min(1, Math.max(0, value)) * 1000) / 1000);
}

function drawCell(scores: MethodScores, metric: Metric, best: boolean): Html {
  const value = scores[metric];
  const deviation = scores.deviation?.[metric];
  const whisker =
    deviation !== undefined && html`<u style="--a:${share(value - deviation)};--b:${share(value + deviation)}"></u>`;
  return html`<td${best && html` class="best"`}><span class="number">${scores.step === undefined ? formatScore(value) : stepLink(scores.step, formatScore(value))}${deviation !== undefined && html` <small>± ${formatScore(deviation)}</small>`}</span><span class="bar" style="--v:${share(value)};--c:${methodColour(scores.method)}" aria-hidden="true"><i></i>${whisker}</span></td>`;
}

/** The table of scores, with what is to be said of them. */
export function scoresSection(
  methods: readonly string[],
  scores: readonly MethodScores[],
  notes: readonly string[],
): Section | undefined {
  if (scores.length === 0) return undefined;
  const most = new Map(METRICS.map(({ key }) => [key, Math.max(...scores.map((one) => one[key]))]));
  const several = scores.some((one) => one.runs > 1);
  const counts = new Set(scores.map((one) => one.runs));
  const rows = scores.map(
    (one) =>
      html`<tr>
        <th scope="row">${methodName(methods, one.method)}</th>
        ${METRICS.map(({ key }) => drawCell(one, key, scores.length > 1 && one[key] === most.get(key)))}
        <td class="plain">${formatCount(one.count)}</td>
        ${several && html`<td class="plain">${one.runs}${runLinks(one.runSteps)}</td>`}
      </tr>`,
  );
  return {
    id: 'scores',
    title: 'Scores',
    lead: html`Agreement of the clusters with the labels, which no method has seen. 1 is a perfect grouping; the bars
    run from 0 to
    1.${several && ` Mean ± sample standard deviation over the runs${counts.size === 1 ? ` (n\u00a0=\u00a0${scores[0]!.runs})` : ''}.`}`,
    body: html`<table class="scores">
        <thead>
          <tr>
            <th scope="col">Method</th>
            ${METRICS.map(({ name, long }) => html`<th scope="col"><abbr title="${long}">${name}</abbr></th>`)}
            <th scope="col" class="plain">Images</th>
            ${several && html`<th scope="col" class="plain">Runs</th>`}
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
      <p class="note">
        ACC: share of images whose cluster is matched to their class, under the one-to-one matching that makes it
        largest (Hungarian algorithm). NMI: normalised mutual information. ARI: adjusted Rand index, 0 on average for
        chance.
      </p>
      ${notes.map((note) => html`<p class="note">On which images: ${note}.</p>`)}`,
  };
}
