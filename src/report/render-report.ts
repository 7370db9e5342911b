// The report as one HTML file: head, sections in order, the data behind them. Pure: the same model gives the same bytes.
// In: ReportModel. Out: text. Knows of no file and no network; its content security policy forbids the page both.
import { createHash } from 'node:crypto';
import { drawJson, html, trusted, type Html } from './html.ts';
import type { ReportModel } from './model/report-model.ts';
import { publishedLinkPlace, publishedSectionPlace } from './published-numbers.ts';
import { PAGE_SCRIPT } from './script.ts';
import { drawAtAGlance } from './sections/at-a-glance.ts';
import { clustersSection } from './sections/clusters.ts';
import { contingencySection } from './sections/contingency.ts';
import { lossesSection } from './sections/losses.ts';
import { drawMapData, mapsSection } from './sections/maps.ts';
import { parametersSection } from './sections/parameters.ts';
import { reproduceSection } from './sections/reproduce.ts';
import { sheetDefinitions, thumbnailWindow } from './sections/samples.ts';
import { scoresSection } from './sections/scores.ts';
import { drawSection, type Section } from './sections/section.ts';
import { similaritiesSection } from './sections/similarities.ts';
import { stepsGraphSection } from './sections/steps-graph.ts';
import { tablesSection } from './sections/tables.ts';
import { timingsSection } from './sections/timings.ts';
import { pageStyle } from './style.ts';

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M2 4h5v8h7' fill='none' stroke='%231f6fae' stroke-width='2.5'/%3E%3C/svg%3E";

/** The sections of a report in the order of the page, without those that have nothing to show. */
export function reportSections(model: ReportModel): readonly Section[] {
  const { methods, classes, provenance } = model;
  const steps = provenance?.steps ?? [];
  const sections = [
    scoresSection(methods, model.scores, notesIn(model)),
    clustersSection(methods, classes, model.clusterings),
    contingencySection(methods, classes, model.clusterings),
    mapsSection(methods, classes, model.maps),
    similaritiesSection(methods, model.similarities),
    tablesSection(model.tables),
    lossesSection(methods, model.losses),
    stepsGraphSection(steps),
    parametersSection(steps),
    timingsSection(steps),
    provenance && reproduceSection(provenance),
  ];
  return sections.filter((section): section is Section => section !== undefined);
}

/** Numbers and history for programs that read the page. */
function drawData(model: ReportModel): Html {
  const { title, methods, classes, scores, similarities, tables, provenance } = model;
  const data = {
    title,
    methods,
    classes,
    scores: scores.map(({ method, ...rest }) => ({ method: methods[method], ...rest })),
    similarities: similarities.map(({ method, panels, verdict }) => ({
      method: methods[method],
      means: panels.map(({ background, target, mean }) => ({ background, target, mean })),
      verdict,
    })),
    ...(tables.length === 0 ? {} : { tables }),
    provenance,
  };
  return drawJson('report-data', data);
}

function drawHead(model: ReportModel): Html {
  const hash = createHash('sha256').update(PAGE_SCRIPT).digest('base64');
  const policy = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return html`<head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="description" content="${model.finding.headline}" />
    <title>${model.title}</title>
    <link rel="icon" href="${ICON}" />
    ${trusted(`<style>${pageStyle(model.classes.length, model.methods.length)}</style>`)}
  </head>`;
}

function drawMasthead(model: ReportModel, sections: readonly Section[]): Html {
  const { provenance, finding } = model;
  return html`<header class="masthead">
      <div class="top">
        <p class="eyebrow">
          ${provenance ? html`pipe <span aria-hidden="true">·</span> ${provenance.pipeline.name}` : 'pipe'}
        </p>
        <button type="button" id="theme">Dark colours</button>
      </div>
      <h1>${model.title}</h1>
      ${finding.headline !== '' && html`<p class="finding">${finding.headline}${finding.reason !== '' && html` <span>${finding.reason}</span>`}</p>`}
      ${drawAtAGlance(model)} ${model.abstract !== '' && html`<p class="abstract">${model.abstract}</p>`}
      <dl class="facts">
        ${model.facts.map(
          ({ label, value }) =>
            html`<div>
              <dt>${label}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
      </dl>
    </header>
    <nav aria-label="Sections">
      <ul>
        ${sections.map(
          ({ id, title }, at) =>
            html`<li><a href="#${id}">${title}</a></li>
              ${at === 0 && publishedLinkPlace}`,
        )}
      </ul>
    </nav>`;
}

/** The whole page. */
export function renderReport(model: ReportModel): string {
  const sections = reportSections(model);
  const page = html`<!doctype html>
    <html lang="en">
      ${drawHead(model)}
      <body>
        ${sheetDefinitions(model)} ${drawMasthead(model, sections)}
        <main>${sections.map((section, at) => html`${drawSection(section)}${at === 0 && publishedSectionPlace}`)}</main>
        <footer>
          <p>
            Made by pipe${model.provenance && ` ${model.provenance.host.pipe}`}. This file holds everything it shows,
            the numbers also as JSON in <code>#report-data</code>.
          </p>
        </footer>
        <div id="tip" role="presentation" hidden>
          ${model.thumbnails && thumbnailWindow(model.thumbnails)}<span></span>
        </div>
        ${drawData(model)} ${drawMapData(model)} ${trusted(`<script>${PAGE_SCRIPT}</script>`)}
      </body>
    </html> `;
  return page.html;
}

/** What is to be said of the results behind the page, each once. */
function notesIn({ provenance }: ReportModel): readonly string[] {
  return [...new Set((provenance?.steps ?? []).flatMap(({ note }) => (note === undefined ? [] : [note])))];
}
