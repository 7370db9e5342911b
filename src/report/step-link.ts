// Links within the page to a step: where its time stands. In: the id of a step. Out: the name of the anchor, and markup that leads to it.
import { escapeHtml, html, type Content, type Html } from './html.ts';

/** An `id` holds everything but white space. */
export const stepAnchor = (step: string): string => `step-${step.replaceAll(/\s/g, '_')}`;

export function stepLink(step: string, text: Content): Html {
  return html`<a href="#${encodeURIComponent(stepAnchor(step))}" title="step ${step}">${text}</a>`;
}

/** Whether a page that is drawn already has the step. */
export const showsStep = (page: string, step: string): boolean => page.includes(`id="${escapeHtml(stepAnchor(step))}"`);

/** A link to each of the steps behind a number, counted where they are several; undefined for none. */
export function runLinks(steps: readonly string[]): Html | undefined {
  if (steps.length === 0) return undefined;
  const links = steps.map((step, at) => html` ${stepLink(step, steps.length === 1 ? 'run' : at + 1)}`);
  return html`<small class="runs">${links}</small>`;
}
