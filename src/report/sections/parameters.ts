// With which parameters every step ran: a few tables, a step a column, values that differ between steps emphasised.
// In: provenance steps. Out: a section, or undefined where no step has parameters.
import { html, type Html } from '../html.ts';
import { makeParameterTables, type ParameterTable } from '../model/parameter-tables.ts';
import type { ProvenanceStep } from '../../stage/provenance.ts';
import { scrollable, type Section } from './section.ts';

function drawTable(table: ParameterTable): Html {
  const head = table.columns.map(
    (column) =>
      html`<th scope="col">
        ${column.name}${column.steps > 1 && html` <span class="muted">× ${column.steps}</span>`}<br /><small
          >${column.stage}</small
        >
      </th>`,
  );
  const rows = table.rows.map((row) => {
    const cells = row.values.map(
      (value) =>
        html`<td>
          ${value === undefined ? html`<span class="absent" aria-label="not a parameter">·</span>` : html`<code>${value}</code>`}
        </td>`,
    );
    return html`<tr${row.differs && html` class="differs"`}><th scope="row">${row.name}</th>${cells}</tr>`;
  });
  return html`<table class="data parameters">
    <thead>
      <tr>
        <td class="corner"></td>
        ${head}
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

/** The tables of parameters. */
export function parametersSection(steps: readonly ProvenanceStep[]): Section | undefined {
  const tables = makeParameterTables(steps);
  if (tables.length === 0) return undefined;
  return {
    id: 'parameters',
    title: 'Parameters',
    lead: 'Every parameter of every step, defaults included. Stages that share parameters stand side by side; rows in which they differ are marked.',
    body: html`<div class="tables">
      ${tables.map((table) => scrollable(`Parameters of ${table.columns.map((column) => column.name).join(', ')}`, drawTable(table)))}
    </div>`,
  };
}
