// What is in each cluster: sample images, size, matched class, purity, and the classes it is made of as a bar.
// In: clusterings with their sample sheets. Out: a section, or undefined where there are none.
import { formatCount, formatPercent, formatScore } from '../format.ts';
import { html, type Html } from '../html.ts';
import { classColour } from '../palette.ts';
import type { Clustering, ClusterView, SampleGroup } from '../model/report-model.ts';
import { drawGroup } from './samples.ts';
import { methodName, type Section } from './section.ts';

const PER_LINE = 6;
/** Past this many classes only the largest shares of a cluster keep their colour. */
const MOST_SHARES = 12;

function drawComposition(clustering: Clustering, position: number, classes: readonly string[]): Html {
  const size = clustering.clusters[position]!.size;
  const shares = clustering.contingency
    .map((line, index) => ({ index, count: line[position]! }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || a.index - b.index);
  const shown = shares.slice(0, MOST_SHARES);
  const rest = size - shown.reduce((sum, { count }) => sum + count, 0);
  const words = shown.slice(0, 3).map(({ index, count }) => `${classes[index]!}: ${formatPercent(count / size)}`);
  const parts = shown.map(
    ({ index, count }) =>
      html`<i
        style="flex:${count};--c:${classColour(index)}"
        data-tip="${classes[index]}: ${formatCount(count)} of ${formatCount(size)}"
      ></i>`,
  );
  return html`<div
    class="composition"
    role="img"
    aria-label="Made of ${words.join(', ')}${shares.length > 3 && ` and ${shares.length - 3} more`}"
  >
    ${parts}${rest > 0 && html`<i style="flex:${rest};--c:var(--neutral)"></i>`}
  </div>`;
}

const captionFacts = ({ size, purity, confidence }: ClusterView): readonly string[] => [
  `${formatCount(size)} images`,
  `${formatPercent(purity)} pure`,
  ...(confidence === undefined ? [] : [`confidence ${formatScore(confidence)}`]),
];

const RULES: Readonly<Record<SampleGroup['rule'], string>> = {
  surest: 'surest',
  spread: 'evenly spread',
  'least sure': 'least sure',
};

/** From the surest to the least sure. */
const inReadingOrder = (groups: readonly SampleGroup[]): readonly SampleGroup[] =>
  Object.keys(RULES).flatMap((rule) => groups.filter((group) => group.rule === rule));

function drawClusterCard(
  clustering: Clustering,
  cluster: ClusterView,
  position: number,
  classes: readonly string[],
): Html {
  const matched =
    cluster.matched < 0 ? html`<span class="muted">no class</span>` : html`<b>${classes[cluster.matched]}</b>`;
  return html`<li class="cluster">
    <p class="caption">
      <span><span class="muted">cluster ${cluster.index} →</span> ${matched}</span>
      <span class="muted">${captionFacts(cluster).join(', ')}</span>
    </p>
    ${drawComposition(clustering, position, classes)}
    ${inReadingOrder(cluster.groups).map(
      (group, _, all) =>
        html`${all.length > 1 && html`<p class="rule">${RULES[group.rule]}</p>`}${drawGroup(clustering, cluster, group, classes, PER_LINE)}`,
    )}
  </li>`;
}

function drawMethod(methods: readonly string[], classes: readonly string[], clustering: Clustering): Html {
  const cards = clustering.clusters.flatMap((cluster, position) =>
    cluster.sheetRow >= 0 ? drawClusterCard(clustering, cluster, position, classes) : [],
  );
  const hidden = clustering.clusters.filter((cluster) => cluster.sheetRow < 0);
  const empty = hidden.filter((cluster) => cluster.size === 0).length;
  const left = hidden.length - empty;
  return html`<h3>
      ${methodName(methods, clustering.method)} <span class="aside">ACC ${formatScore(clustering.acc)}</span>
    </h3>
    <ul class="clusters">
      ${cards}
    </ul>
    ${left > 0 && html`<p class="note">The ${cards.length} largest of ${clustering.clusters.length} clusters.</p>`}
    ${empty > 0 && html`<p class="note">${empty} ${empty === 1 ? 'cluster is' : 'clusters are'} empty.</p>`}`;
}

/** Sample images of the clusters of every method. */
export function clustersSection(
  methods: readonly string[],
  classes: readonly string[],
  clusterings: readonly Clustering[],
): Section | undefined {
  if (clusterings.length === 0) return undefined;
  const runs = Math.max(...clusterings.map((clustering) => clustering.runs));
  const isGallery = clusterings.some(({ clusters }) => clusters.some(({ confidence }) => confidence !== undefined));
  return {
    id: 'clusters',
    title: 'Clusters',
    lead: html`${
      isGallery
        ? html`Of each cluster the images that belong to it most surely, images spread evenly over it, and the least
          sure ones, by the measure of ${html`<code>confidence</code>`}; none is chosen by hand.`
        : html`Images spread evenly over each cluster, none chosen by hand.`
    }
    An image with a marked corner is of another class than its cluster. The bar shows the classes that the cluster is
    made of.${runs > 1 && ` The first of ${runs} runs.`}`,
    body: clusterings.map((clustering) => drawMethod(methods, classes, clustering)),
  };
}
