// The graph of the steps, left to right in layers, as inline SVG.
// In: provenance steps. Out: a section, or undefined where there are none.
import { formatSeconds } from '../format.ts';
import { html } from '../html.ts';
import { coordinate } from '../scale.ts';
import { drawSteps, type DrawnStep } from '../steps-drawing.ts';
import type { ProvenanceStep } from '../../stage/provenance.ts';
import { scrollable, type Section } from './section.ts';

function drawn({ id, stage, reads, seconds, outputs }: ProvenanceStep): DrawnStep {
  const results = outputs.map((output) => `${output.name}: ${output.type}`).join('; ');
  return { id, stage, reads, tip: `${id}: ${stage}, ${formatSeconds(seconds)}; ${results}` };
}

/** The graph of the steps. */
export function stepsGraphSection(steps: readonly ProvenanceStep[]): Section | undefined {
  if (steps.length === 0) return undefined;
  const { width, height, marks, words } = drawSteps(steps.map(drawn));
  const svg = html`<svg
    class="graph"
    viewBox="0 0 ${coordinate(width)} ${coordinate(height)}"
    style="--w:${Math.ceil(width)}px"
    role="img"
    aria-label="Graph of the steps: ${words}."
  >
    ${marks}
  </svg>`;
  return {
    id: 'graph',
    title: 'What ran',
    lead: html`${steps.length} ${steps.length === 1 ? 'step' : 'steps'}, each by the name it has in the program and by
    its stage. What a step reads stands to its left.`,
    body: scrollable('Graph of the steps', svg),
  };
}
