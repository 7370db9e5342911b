// How to repeat the run: the command, the pipeline's parameters, the program itself, the machine, and a digest of every result.
// In: provenance. Out: a section.
import { shortDigest, formatValue } from '../format.ts';
import { highlight } from '../highlight.ts';
import { html, type Html } from '../html.ts';
import type { Provenance } from '../../stage/provenance.ts';
import { scrollable, type Section } from './section.ts';

const ORIGIN = { default: 'default', profile: 'profile', set: '--set' } as const;

function drawParameters({ parameters }: Provenance): Html | undefined {
  if (parameters.length === 0) return undefined;
  const rows = parameters.map(
    ({ name, type, value, origin }) =>
      html`<tr${origin !== 'default' && html` class="differs"`}><th scope="row">${name}</th><td><code>${formatValue(value)}</code></td><td>${type}</td><td>${ORIGIN[origin]}</td></tr>`,
  );
  return html`<h3>Parameters of the pipeline</h3>
    ${scrollable(
      'Parameters of the pipeline',
      html`<table class="data">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Value</th>
            <th scope="col">Type</th>
            <th scope="col">From</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>`,
    )}`;
}

function drawMachine({ host }: Provenance): Html {
  const entries = [
    ['Processor', `${host.cpu}, ${host.cores} ${host.cores === 1 ? 'core' : 'cores'}`],
    ['Memory', `${Math.round(host.memoryGiB * 10) / 10} GiB`],
    ['System', host.platform],
    ['Node', host.node],
    ['pipe', host.pipe],
  ] as const;
  return html`<h3>Machine and versions</h3>
    <dl class="facts">
      ${entries.map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>`;
}

function drawDigests({ steps }: Provenance): Html | undefined {
  if (steps.length === 0) return undefined;
  const rows = steps.flatMap((step) =>
    step.outputs.map(
      (output, i) =>
        html`<tr>
          ${
            i === 0 &&
            html`<th scope="row" rowspan="${step.outputs.length}">${step.id}</th>
              <td rowspan="${step.outputs.length}"><code title="${step.key}">${shortDigest(step.key)}</code></td>`
          }
          <td>${output.name}</td>
          <td>${output.type}</td>
          <td><code title="${output.digest}">${shortDigest(output.digest)}</code></td>
        </tr>`,
    ),
  );
  return html`<details>
    <summary>Keys of the steps and digests of their results</summary>
    ${scrollable(
      'Keys and digests',
      html`<table class="data digests">
        <thead>
          <tr>
            <th scope="col">Step</th>
            <th scope="col">Key</th>
            <th scope="col">Output</th>
            <th scope="col">Type</th>
            <th scope="col">Digest</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>`,
    )}
  </details>`;
}

/** Everything needed to repeat the run and to compare results. */
export function reproduceSection(provenance: Provenance): Section {
  const { pipeline, command } = provenance;
  return {
    id: 'reproduce',
    title: 'How to repeat it',
    lead: 'The same program, seed, engine and number of threads give the same bytes.',
    body: html`<pre class="command" data-copy><code>${command}</code></pre>
      ${drawParameters(provenance)}
      <h3>The program <span class="aside">${pipeline.file}</span></h3>
      ${scrollable('Source of the program', html`<pre class="source"><code>${highlight(pipeline.source.trimEnd())}</code></pre>`)}
      ${drawMachine(provenance)} ${drawDigests(provenance)}`,
  };
}
