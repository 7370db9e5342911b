// Published numbers in a page that is made already. A page is made by a step, whose key holds no published number (docs/decisions/0025); so
// it is made with two empty places, which the run fills in its own copy. In: the page and the comparisons. Out: the page with a section more.
import { drawJson, html, trusted, type Html } from './html.ts';
import { formatScore } from './format.ts';
import { drawSection, scrollable } from './sections/section.ts';
import { runLinks, showsStep } from './step-link.ts';

/** What a paper says, beside what the run gave. Undefined where the run has no such number. */
export interface PublishedNumber {
  readonly source: string;
  /** `table["cIDFD"]["ACC"]`. */
  readonly name: string;
  readonly paper: number;
  readonly ours?: number;
  readonly difference?: number;
  /** Of a mean over several runs. */
  readonly runs?: number;
  readonly deviation?: number;
  /** `within 0.05`. */
  readonly wanted: string;
  readonly verdict: 'holds' | 'misses' | 'not comparable' | 'no value';
  readonly why?: string;
  /** The steps that gave ours. */
  readonly steps?: readonly string[];
}

/** Elements that show nothing. No text on the page can be one: everything from outside is escaped. */
export const publishedSectionPlace = trusted('<template id="published-section"></template>');
export const publishedLinkPlace = trusted('<template id="published-link"></template>');

/** The page as it is, where nothing is published or the page has no place for it. */
export function withPublishedNumbers(page: string, numbers: readonly PublishedNumber[]): string {
  if (numbers.length === 0 || !page.includes(publishedSectionPlace.html)) return page;
  const section = drawNumbers(numbers, (step) => showsStep(page, step));
  const link = html`<li><a href="#published">Published numbers</a></li>`;
  return page.replace(publishedSectionPlace.html, () => section.html).replace(publishedLinkPlace.html, () => link.html);
}

function drawNumbers(numbers: readonly PublishedNumber[], isShown: (step: string) => boolean): Html {
  const sources = [...new Set(numbers.map(({ source }) => source))];
  const count = numbers.filter(({ verdict }) => verdict === 'holds').length;
  const compared = numbers.filter(({ verdict }) => verdict !== 'not comparable').length;
  const tables = sources.map((source) =>
    drawTable(
      source,
      numbers.filter((one) => one.source === source),
      isShown,
    ),
  );
  return drawSection({
    id: 'published',
    title: 'Published numbers',
    lead:
      compared === 0
        ? 'What papers say of these results, beside this run. It ran with other values than theirs, so nothing is compared.'
        : html`What papers say of these results, beside this run: ${count} of ${compared} held, by the bounds that the
          program gives.`,
    body: html`${tables}${drawJson('published-data', numbers)}`,
  });
}

const MARKS: Readonly<Record<PublishedNumber['verdict'], string>> = {
  ...{ holds: '✔', misses: '✖', 'not comparable': '–', 'no value': '✖' },
};

function drawTable(source: string, numbers: readonly PublishedNumber[], isShown: (step: string) => boolean): Html {
  const rows = numbers.map(
    ({ name, paper, ours, difference, runs, deviation, wanted, verdict, steps = [] }) =>
      html`<tr class="${verdict.replace(' ', '-')}">
        <th scope="row"><span class="mark" aria-hidden="true">${MARKS[verdict]}</span> <code>${name}</code></th>
        <td>${formatScore(paper)}</td>
        <td>
          ${ours === undefined ? '–' : formatScore(ours)}${deviation !== undefined && html` <small>± ${formatScore(deviation)}</small>`}${runs !== undefined && runs > 1 && html` <small>(n = ${runs})</small>`}${runLinks(steps.filter(isShown))}
        </td>
        <td>${difference === undefined ? '–' : signed(difference)}</td>
        <td>${wanted}</td>
        <td class="mark">${verdict}</td>
      </tr>`,
  );
  const reasons = [
    ...new Set(numbers.flatMap(({ verdict, why }) => (why === undefined ? [] : [`${verdict}: ${why}`]))),
  ];
  const table = html`<table class="data published">
    <thead>
      <tr>
        <th scope="col">Number</th>
        <th scope="col">Paper</th>
        <th scope="col">Ours</th>
        <th scope="col">Difference</th>
        <th scope="col">Wanted</th>
        <th scope="col">Verdict</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
  return html`<h3>${source}</h3>
    ${scrollable(`Published numbers of ${source}`, table)}
    ${reasons.map((reason) => html`<p class="note">${reason}</p>`)}`;
}

const signed = (difference: number): string => (difference > 0 ? '+' : '') + formatScore(difference);
