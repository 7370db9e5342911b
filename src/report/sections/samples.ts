// Crops of a sample sheet as inline SVG. The picture stands once in the page; every crop is a window onto it.
// In: a clustering and which of its clusters to show. Out: markup, with text for those who do not see it.
import { html, type Html } from '../html.ts';
import { formatPercent } from '../format.ts';
import type {
  Clustering,
  ClusterView,
  ReportModel,
  SampleGroup,
  SampleSheet,
  Thumbnails,
} from '../model/report-model.ts';

function sheetId(method: number): string {
  return `sheet${method}`;
}

const THUMBNAILS = 'thumbnails';

function defineSheet(id: string, sheet: SampleSheet): Html {
  const { uri, columns, rows, cellWidth, cellHeight } = sheet;
  return html`<image id="${id}" href="${uri}" width="${columns * cellWidth}" height="${rows * cellHeight}" />`;
}

/** The sheets themselves, drawn nowhere: put this once into the page, before any crop. */
export function sheetDefinitions({ clusterings, thumbnails }: Pick<ReportModel, 'clusterings' | 'thumbnails'>): Html {
  const sheets = clusterings.map(({ method, sheet }) => sheet && defineSheet(sheetId(method), sheet));
  return html`<svg class="definitions" width="0" height="0" aria-hidden="true" focusable="false">
    <defs>${sheets}${thumbnails && defineSheet(THUMBNAILS, thumbnails.sheet)}</defs>
  </svg>`;
}

/** A window onto one thumbnail; the script moves it. */
export function thumbnailWindow({ sheet }: Thumbnails): Html {
  return html`<svg viewBox="0 0 ${sheet.cellWidth} ${sheet.cellHeight}" aria-hidden="true">
    <use href="#${THUMBNAILS}" />
  </svg>`;
}

/** Lines between the images, in the colour of the ground, so that each stands for itself. */
function gridLines(columns: number, rows: number, width: number, height: number): Html {
  const vertical = Array.from({ length: columns - 1 }, (_, i) => `M${(i + 1) * width} 0v${rows * height}`);
  const horizontal = Array.from({ length: rows - 1 }, (_, i) => `M0 ${(i + 1) * height}h${columns * width}`);
  return html`<path class="grid" d="${[...vertical, ...horizontal].join('')}" />`;
}

function describe(cluster: ClusterView, classes: readonly string[]): string {
  if (cluster.majority < 0) return 'an empty cluster';
  return `${formatPercent(cluster.purity)} of cluster ${cluster.index} are of class ${classes[cluster.majority]!}`;
}

/** A corner of each image that is of another class than its cluster. */
function strangerMarks(
  classes: readonly number[],
  own: number,
  perLine: number,
  width: number,
  height: number,
): Html | undefined {
  const side = 0.26 * Math.min(width, height);
  const corners = classes.flatMap((index, at) =>
    index === own
      ? []
      : [`M${((at % perLine) + 1) * width} ${Math.floor(at / perLine) * height}v${side}l${-side} ${-side}z`],
  );
  return corners.length === 0 ? undefined : html`<path class="stranger" d="${corners.join('')}" />`;
}

/** The class that a cluster stands for: the matched one, or else the most frequent. */
const ownClass = ({ matched, majority }: ClusterView): number => (matched < 0 ? majority : matched);

/** The images of one group of a cluster in lines of `perLine`. */
export function drawGroup(
  clustering: Clustering,
  cluster: ClusterView,
  group: SampleGroup,
  classes: readonly string[],
  perLine: number,
): Html | undefined {
  const { sheet, method } = clustering;
  const count = group.classes.length;
  if (!sheet || count === 0) return undefined;
  const [w, h] = [sheet.cellWidth, sheet.cellHeight];
  const lines = Math.ceil(count / perLine);
  const columns = Math.min(perLine, count);
  const crops = Array.from({ length: lines }, (_, line) => {
    const cells = Math.min(perLine, count - line * perLine);
    return html`<svg
      y="${line * h}"
      width="${cells * w}"
      height="${h}"
      viewBox="${(group.first + line * perLine) * w} ${cluster.sheetRow * h} ${cells * w} ${h}"
    >
      <use href="#${sheetId(method)}" />
    </svg>`;
  });
  const own = ownClass(cluster);
  const strangers = group.classes.filter((index) => index !== own).length;
  const which = { spread: 'sample images', surest: 'surest images', 'least sure': 'least sure images' }[group.rule];
  return html`<svg
    class="samples"
    viewBox="0 0 ${perLine * w} ${lines * h}"
    role="img"
    aria-label="${count} ${which}, ${strangers} of another class; ${describe(cluster, classes)}"
    data-columns="${perLine}"
    data-rows="${lines}"
    data-classes="${group.classes.join(' ')}"
  >
    ${crops}${gridLines(columns, lines, w, h)}${strangerMarks(group.classes, own, perLine, w, h)}
  </svg>`;
}

/** Most clusters in the overview of {@link drawOverview}, and images of each. */
const OVERVIEW_ROWS = 12;
const OVERVIEW_COLUMNS = 12;

/** All clusters of a method at one glance: a row a cluster, its class beside it where the name is short. */
export function drawOverview(clustering: Clustering, classes: readonly string[]): Html | undefined {
  const { sheet, method } = clustering;
  const pictured = clustering.clusters.filter((cluster) => cluster.sheetRow >= 0);
  const largest = new Set([...pictured].sort((a, b) => b.size - a.size).slice(0, OVERVIEW_ROWS));
  const clusters = pictured.filter((cluster) => largest.has(cluster));
  if (!sheet || clusters.length === 0) return undefined;
  const [w, h] = [sheet.cellWidth, sheet.cellHeight];
  const columns = Math.min(OVERVIEW_COLUMNS, sheet.columns);
  const named = classes.every((name) => [...name].length <= 3);
  const gutter = named ? w * 0.95 : 0;
  const rows = clusters.map((cluster, row) => {
    const cells = Math.min(columns, cluster.groups[0]!.classes.length);
    const label = cluster.matched < 0 ? '–' : classes[cluster.matched]!;
    return html`${named && html`<text x="${gutter - w * 0.32}" y="${(row + 0.5) * h}" font-size="${h * 0.5}">${label}</text>`}<svg
        x="${gutter}"
        y="${row * h}"
        width="${cells * w}"
        height="${h}"
        viewBox="0 ${cluster.sheetRow * h} ${cells * w} ${h}"
      >
        <use href="#${sheetId(method)}" />
      </svg>`;
  });
  const summary = clusters.map((cluster) => describe(cluster, classes)).join('; ');
  return html`<svg
    class="overview"
    viewBox="0 0 ${gutter + columns * w} ${clusters.length * h}"
    role="img"
    aria-label="Sample images, a row a cluster: ${summary}."
  >
    ${rows}
    <g transform="translate(${gutter} 0)">${gridLines(columns, clusters.length, w, h)}</g>
  </svg>`;
}
