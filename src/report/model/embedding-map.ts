// A map of features for display: scaled into a square, grouped by class and by cluster, with a place for each group's name.
// In: Embedding, Labels, the described clustering. Out: EmbeddingMap. Knows no markup.
import type { Clusters, Embedding, Labels } from '../../artifacts/artifact.ts';
import { MAP_SIZE, type Clustering, type EmbeddingMap, type PointGroup } from './report-model.ts';

const MARGIN = 12;
/** Cells a side of the grid in which the densest place is looked for. */
const CELLS = 20;

/** Scales points into the square, keeping the ratio of the axes; x, y of each in turn, whole units, y downwards. */
export function fitToSquare(points: Float32Array): readonly number[] {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < points.length; i += 2) {
    left = Math.min(left, points[i]!);
    right = Math.max(right, points[i]!);
    bottom = Math.min(bottom, points[i + 1]!);
    top = Math.max(top, points[i + 1]!);
  }
  const span = Math.max(right - left, top - bottom) || 1;
  const scale = (MAP_SIZE - 2 * MARGIN) / span;
  const fitted = new Array<number>(points.length);
  for (let i = 0; i < points.length; i += 2) {
    fitted[i] = Math.round(MAP_SIZE / 2 + (points[i]! - (left + right) / 2) * scale);
    fitted[i + 1] = Math.round(MAP_SIZE / 2 - (points[i + 1]! - (bottom + top) / 2) * scale);
  }
  return fitted;
}

/** The centre of the fullest grid cell of a group that no earlier name is next to, and that cell's number. */
function densest(
  points: readonly number[],
  taken: ReadonlySet<number>,
): { readonly anchor: readonly [number, number]; readonly cell: number } | undefined {
  const cells = new Map<number, { count: number; x: number; y: number }>();
  const side = MAP_SIZE / CELLS;
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = [points[i]!, points[i + 1]!];
    const cell = Math.floor(y / side) * (CELLS + 2) + Math.floor(x / side);
    const sum = cells.get(cell) ?? { count: 0, x: 0, y: 0 };
    cells.set(cell, { count: sum.count + 1, x: sum.x + x, y: sum.y + y });
  }
  const near = (cell: number): readonly number[] =>
    [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => cell + dy * (CELLS + 2) + dx));
  // A cell counts with its neighbours, so that the middle of a group wins over a chance pair at its rim.
  const weight = (cell: number): number =>
    near(cell).reduce((sum, other) => sum + (cells.get(other)?.count ?? 0), cells.get(cell)!.count);
  const free = [...cells.keys()].filter((cell) => !near(cell).some((other) => taken.has(other)));
  const best = free.sort((a, b) => weight(b) - weight(a) || a - b)[0];
  if (best === undefined) return undefined;
  const { count, x, y } = cells.get(best)!;
  return { anchor: [Math.round(x / count), Math.round(y / count)], cell: best };
}

function group(
  points: readonly number[],
  keys: readonly number[],
  names: readonly { readonly name: string; readonly classIndex: number }[],
): readonly PointGroup[] {
  const lists = names.map((): number[] => []);
  for (const [i, key] of keys.entries()) lists[key]!.push(points[2 * i]!, points[2 * i + 1]!);
  const taken = new Set<number>();
  return names.flatMap(({ name, classIndex }, i): readonly PointGroup[] => {
    const list = lists[i]!;
    if (list.length === 0) return [];
    const place = densest(list, taken);
    if (place) taken.add(place.cell);
    return [{ name, classIndex, points: list, anchor: place?.anchor }];
  });
}

/** The map of one method. `clustering` is undefined where no clusters were given; then nothing is grouped by cluster. */
export function describeMap(
  method: number,
  embedding: Embedding,
  labels: Labels,
  clusters: Clusters | undefined,
  clustering: Clustering | undefined,
): EmbeddingMap {
  const points = fitToSquare(embedding.points);
  const rows = [...embedding.rows];
  const byLabel = group(
    points,
    rows.map((row) => labels.values[row]!),
    labels.names.map((name, classIndex) => ({ name, classIndex })),
  );
  if (!clusters || !clustering) return { method, count: rows.length, byLabel, byCluster: [] };
  const position = new Map(clustering.clusters.map((cluster, i) => [cluster.index, i]));
  const byCluster = group(
    points,
    rows.map((row) => position.get(clusters.assignments[row]!)!),
    clustering.clusters.map((cluster) => ({ name: String(cluster.index), classIndex: cluster.matched })),
  );
  return { method, count: rows.length, byLabel, byCluster };
}
