// How long each step took when it was made, as bars, with its engine and threads.
// In: provenance steps. Out: a section, or undefined where there are none.
import { formatSeconds } from '../format.ts';
import { html } from '../html.ts';
import { stageName } from '../model/parameter-tables.ts';
import type { ProvenanceStep } from '../../stage/provenance.ts';
import { stepAnchor } from '../step-link.ts';
import type { Section } from './section.ts';

/** The bars of time. */
export function timingsSection(steps: readonly ProvenanceStep[]): Section | undefined {
  if (steps.length === 0) return undefined;
  const longest = Math.max(...steps.map((step) => step.seconds), 1e-9);
  const total = steps.reduce((sum, step) => sum + step.seconds, 0);
  const rows = steps.map((step) => {
    const share = Math.round((step.seconds / longest) * 1000) / 1000;
    const engine =
      step.engine === undefined
        ? ''
        : `${step.engine}${step.threads === undefined ? '' : `, ${step.threads} ${step.threads === 1 ? 'thread' : 'threads'}`}`;
    return html`<tr id="${stepAnchor(step.id)}">
      <th scope="row">${step.id} <small>${stageName(step.stage)}</small></th>
      <td class="time">
        <span class="bar" style="--v:${share};--c:var(--accent)" aria-hidden="true"><i></i></span>
      </td>
      <td class="number">${formatSeconds(step.seconds)}</td>
      <td class="engine">${engine}</td>
    </tr>`;
  });
  return {
    id: 'timings',
    title: 'Timings',
    lead: html`${formatSeconds(total)} of computing in all, some of it at once, some perhaps in an earlier run: each
    step's time is of when its result was made.`,
    body: html`<table class="timings">
      <thead>
        <tr>
          <th scope="col">Step</th>
          <th scope="col" colspan="2">Time</th>
          <th scope="col" class="engine">Engine</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>`,
  };
}
