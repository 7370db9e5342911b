// The form that every section has, and how it is drawn: a heading with an anchor, a lead in words, the body.
// A section renderer returns undefined where there is nothing to show; the page then leaves it out.
import { html, type Content, type Html } from '../html.ts';
import { methodColour } from '../palette.ts';

export interface Section {
  /** Anchor on the page. */
  readonly id: string;
  readonly title: string;
  /** What the reader sees and how to read it, in a sentence or two. */
  readonly lead?: Content;
  readonly body: Content;
}

/** The markup of a section. */
export function drawSection(section: Section): Html {
  return html`<section id="${section.id}" aria-labelledby="${section.id}-title">
    <h2 id="${section.id}-title"><a href="#${section.id}">${section.title}</a></h2>
    ${section.lead !== undefined && html`<p class="lead">${section.lead}</p>`} ${section.body}
  </section> `;
}

/** A wide body that scrolls inside itself on a narrow screen, also by keyboard. */
export function scrollable(label: string, body: Content): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">${body}</div>`;
}

/** A method's name with its colour mark. */
export function methodName(methods: readonly string[], method: number): Html {
  return html`<span class="key"><i style="--c:${methodColour(method)}"></i>${methods[method]}</span>`;
}
