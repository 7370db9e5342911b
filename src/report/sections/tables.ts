// Tables that the pipeline made, as it made them: a mean in each cell, with its deviation, and over how many runs where there are several.
// In: tables with captions. Out: a section, or undefined where there are none.
import { formatScore } from '../format.ts';
import { html, type Html } from '../html.ts';
import type { CaptionedTable } from '../model/report-model.ts';
import { scrollable, type Section } from './section.ts';

type Cell = CaptionedTable['rows'][number]['cells'][number];

function drawCell({ mean, deviation, runs }: Cell): Html {
  return html`<td>
    ${formatScore(mean)}${deviation !== undefined && html` <small>± ${formatScore(deviation)}</small>`}${runs > 1 && html` <small>(${runs})</small>`}
  </td>`;
}

function drawTable({ columns, rows }: CaptionedTable): Html {
  return html`<table class="data">
    <thead>
      <tr>
        <td class="corner"></td>
        ${columns.map((name) => html`<th scope="col">${name}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        ({ name, cells }) =>
          html`<tr>
            <th scope="row">${name}</th>
            ${cells.map(drawCell)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

/** The tables, one below the other. */
export function tablesSection(tables: readonly CaptionedTable[]): Section | undefined {
  if (tables.length === 0) return undefined;
  const several = tables.some(({ rows }) => rows.some(({ cells }) => cells.some(({ runs }) => runs > 1)));
  return {
    id: 'tables',
    title: 'Tables',
    lead: `Mean ± standard deviation${several ? '; in brackets the number of runs' : ''}.`,
    body: html`<div class="tables">
      ${tables.map(
        (table) =>
          html`<div>
            <h3>${table.caption}</h3>
            ${scrollable(table.caption, drawTable(table))}
          </div>`,
      )}
    </div>`,
  };
}
