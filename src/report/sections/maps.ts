// Maps of the features (UMAP), coloured by class and by matched cluster. Points are one path a group: small, sharp at any size.
// In: embedding maps. Out: a section, or undefined where there are none.
import { formatCount } from '../format.ts';
import { drawJson, html, type Html } from '../html.ts';
import { classColour } from '../palette.ts';
import { MAP_SIZE, type EmbeddingMap, type PointGroup, type ReportModel } from '../model/report-model.ts';
import { methodName, type Section } from './section.ts';

/** With more groups than this, names on the map and in the legend would cover it. */
const MOST_NAMES = 24;

/** Dots as zero-length strokes with round ends, each relative to the one before. */
function dots(points: readonly number[]): string {
  let d = `M${points[0]!} ${points[1]!}h0`;
  for (let i = 2; i < points.length; i += 2) {
    const dy = points[i + 1]! - points[i - 1]!;
    d += `m${points[i]! - points[i - 2]!}${dy < 0 ? '' : ' '}${dy}h0`;
  }
  return d;
}

function drawMap(index: number, groups: readonly PointGroup[], count: number, label: string): Html {
  const width = Math.min(9, Math.max(3.2, 230 / Math.sqrt(count)));
  const paths = groups.map(
    (group) =>
      html`<path
        d="${dots(group.points)}"
        style="--c:${classColour(group.classIndex)}"
        data-class="${group.classIndex}"
      />`,
  );
  const names =
    groups.length <= MOST_NAMES &&
    groups.map(
      (group) =>
        group.anchor &&
        html`<text x="${group.anchor[0]}" y="${group.anchor[1]}" data-class="${group.classIndex}">${group.name}</text>`,
    );
  return html`<svg
    class="map"
    data-map="${index}"
    viewBox="0 0 ${MAP_SIZE} ${MAP_SIZE}"
    role="img"
    aria-label="${label}"
    stroke-width="${Math.round(width * 10) / 10}"
  >
    ${paths}${names}
  </svg>`;
}

/** The colours of the classes, for maps and composition bars alike. */
export function drawClassLegend(classes: readonly string[]): Html {
  const shown = classes.slice(0, MOST_NAMES);
  const left = classes.length - shown.length;
  return html`<ul class="legend" data-legend aria-label="Colours of the classes">
    ${shown.map((name, i) => html`<li data-class="${i}"><i style="--c:${classColour(i)}"></i>${name}</li>`)}${left > 0 && html`<li class="muted">and ${left} more</li>`}
  </ul>`;
}

/** What the script needs to show the image under the pointer, and to find it on the other maps. */
export function drawMapData(model: ReportModel): Html | undefined {
  const { maps, thumbnails, clusterings } = model;
  if (!thumbnails) return undefined;
  const { sheet, rows, classes } = thumbnails;
  return drawJson('map-data', {
    columns: sheet.columns,
    width: sheet.cellWidth,
    height: sheet.cellHeight,
    rows,
    classes,
    maps: maps.map(({ method, rows: mapped, points, positions }) => ({
      rows: mapped,
      points,
      positions,
      clusters: clusterings[method]?.clusters.map((cluster) => cluster.index) ?? [],
    })),
  });
}

/** Two maps a method: by class, and by cluster in the colour of the class matched to it. */
export function mapsSection(
  methods: readonly string[],
  classes: readonly string[],
  maps: readonly EmbeddingMap[],
): Section | undefined {
  if (maps.length === 0) return undefined;
  const figures = maps.map((map, index) => {
    const count = map.rows.length;
    const name = methods[map.method]!;
    return html`<h3>${methodName(methods, map.method)} <span class="aside">${formatCount(count)} images</span></h3>
      <div class="pair">
        <figure>
          ${drawMap(index, map.byLabel, count, `Map of the features of ${name}, coloured by class`)}
          <figcaption>by class</figcaption>
        </figure>
        ${
          map.byCluster.length > 0 &&
          html`<figure>
            ${drawMap(index, map.byCluster, count, `Map of the features of ${name}, coloured by cluster`)}
            <figcaption>by cluster, as the class matched to it</figcaption>
          </figure>`
        }
      </div>`;
  });
  return {
    id: 'maps',
    title: 'Maps of the features',
    lead: 'UMAP of the features into the plane: what is near is alike. By cluster, each takes colour and name of the class matched to it: where both maps agree, the clusters are the classes.',
    body: html`<p class="note scripted">
        Point at a dot to see its image, and to find it on the other maps. Point at a class to pick it out.
      </p>
      ${drawClassLegend(classes)}${figures}`,
  };
}
