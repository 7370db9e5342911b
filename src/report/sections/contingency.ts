// Contingency of classes and clusters as heat maps: a table where it can be read, a drawing where there are too many cells.
// In: clusterings. Out: a section, or undefined where there are none.
import { formatCount, formatPercent } from '../format.ts';
import { html, type Html } from '../html.ts';
import type { Clustering } from '../model/report-model.ts';
import { methodName, scrollable, type Section } from './section.ts';

/** Up to so many classes and clusters, cells hold their counts. */
const MOST_IN_TABLE = 20;
/** From this percentage on, white reads better than black on the light theme's shade (both have a contrast of 4.6 there). */
const DEEP = 85;
/** Shades of a drawing. */
const SHADES = 8;

function rowShare(line: readonly number[], count: number): number {
  const total = line.reduce((sum, value) => sum + value, 0);
  return total === 0 ? 0 : count / total;
}

function drawTable(clustering: Clustering, classes: readonly string[], caption: string): Html {
  const head = clustering.clusters.map(
    (cluster) => html`<th scope="col"><span class="muted">${cluster.index}</span></th>`,
  );
  const rows = clustering.contingency.map((line, index) => {
    const cells = line.map((count, position) => {
      const share = rowShare(line, count);
      const classNames = [
        Math.round(share * 100) >= DEEP && 'deep',
        clustering.clusters[position]!.matched === index && 'matched',
        count === 0 && 'zero',
      ].filter((name) => name !== false);
      return html`<td${classNames.length > 0 && html` class="${classNames.join(' ')}"`} style="--v:${Math.round(share * 100)}%" data-tip="${formatCount(count)} images of class ${classes[index]} in cluster ${clustering.clusters[position]!.index}: ${formatPercent(share)} of the class">${count}</td>`;
    });
    return html`<tr>
      <th scope="row">${classes[index]}</th>
      ${cells}
    </tr>`;
  });
  return html`<table class="heat">
    <caption>
      ${caption}
    </caption>
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

/** Cells as strokes, one path a shade: a 144×144 map stays small. */
function drawPicture(clustering: Clustering, caption: string): Html {
  const columns = clustering.clusters.length;
  const rows = clustering.contingency.length;
  const paths = Array.from({ length: SHADES }, () => '');
  for (const [r, line] of clustering.contingency.entries())
    for (const [c, count] of line.entries()) {
      if (count === 0) continue;
      const shade = Math.min(SHADES - 1, Math.floor(rowShare(line, count) * SHADES));
      paths[shade] += `M${c} ${r + 0.5}h1`;
    }
  const strokes = paths.map(
    (d, shade) => d !== '' && html`<path d="${d}" style="--v:${Math.round(((shade + 1) / SHADES) * 100)}%" />`,
  );
  return html`<svg
    class="heat-picture"
    viewBox="0 0 ${columns} ${rows}"
    role="img"
    aria-label="${caption}, ${rows} classes by ${columns} clusters"
  >
    ${strokes}
  </svg>`;
}

/** Heat maps of every method, side by side where there is room. */
export function contingencySection(
  methods: readonly string[],
  classes: readonly string[],
  clusterings: readonly Clustering[],
): Section | undefined {
  if (clusterings.length === 0) return undefined;
  const figures = clusterings.map((clustering) => {
    const readable = Math.max(clustering.clusters.length, classes.length) <= MOST_IN_TABLE;
    const caption = `Images of each class in each cluster, ${methods[clustering.method]!}`;
    return html`<figure>
      <h3>${methodName(methods, clustering.method)}</h3>
      ${readable ? scrollable(caption, drawTable(clustering, classes, caption)) : drawPicture(clustering, caption)}
    </figure>`;
  });
  return {
    id: 'contingency',
    title: 'Classes and clusters',
    lead: 'A row a class, a column a cluster, in the order of the best matching. A cell counts images; its shade is the share of the class. A perfect grouping is a dark diagonal.',
    body: html`<div class="pair">${figures}</div>`,
  };
}
