// A map of features for display: scaled into a square, grouped by class and by cluster, with a place for each group's name.
// In: Embedding, Labels, the described clustering. Out: EmbeddingMap. Knows no markup.
import type { Clusters, Embedding, Labels } from '../../artifacts/artifact.ts';
import { MAP_SIZE, type Clustering, type EmbeddingMap, type PointGroup } from './report-model.ts';

const MARGIN = 12;
/** Cells a side of the grid in which the densest place is looked for. */
const CELLS = 20;
/** Cells a row in the numbering, wider than the grid so that neighbours never wrap round. */
const WIDE = CELLS + 2;

type Place = readonly [number, number];

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

/** Names nearer than this to each other would touch; also the reach of the search for the middle of a group. */
const NEAR = 48;

/** The middle of the densest part of a group that no earlier name is near. */
function densest(points: readonly number[], taken: readonly Place[]): Place | undefined {
  const counts = new Map<number, number>();
  const side = MAP_SIZE / CELLS;
  for (let i = 0; i < points.length; i += 2) {
    const cell = Math.floor(points[i + 1]! / side) * WIDE + Math.floor(points[i]! / side);
    counts.set(cell, (counts.get(cell) ?? 0) + 1);
  }
  const around = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => dy * WIDE + dx));
  // A cell counts with its neighbours, so that the middle of a group wins over a chance pair at its rim.
  const weight = (cell: number): number =>
    around.reduce((sum, offset) => sum + (counts.get(cell + offset) ?? 0), counts.get(cell)!);
  const cells = [...counts.keys()].sort((a, b) => weight(b) - weight(a) || a - b);
  for (const cell of cells) {
    const place = climb(points, [((cell % WIDE) + 0.5) * side, (Math.floor(cell / WIDE) + 0.5) * side]);
    if (taken.every((other) => Math.hypot(other[0] - place[0], other[1] - place[1]) > NEAR)) return place;
  }
  return undefined;
}

/** Moves a place to the mean of the points near it, a few times over (mean shift). */
function climb(points: readonly number[], from: Place): Place {
  let [x, y] = from;
  for (let step = 0; step < 4; step += 1) {
    let [count, sumX, sumY] = [0, 0, 0];
    for (let i = 0; i < points.length; i += 2)
      if (Math.hypot(points[i]! - x, points[i + 1]! - y) < NEAR) {
        count += 1;
        sumX += points[i]!;
        sumY += points[i + 1]!;
      }
    if (count > 0) [x, y] = [sumX / count, sumY / count];
  }
  return [Math.round(x), Math.round(y)];
}

function group(
  points: readonly number[],
  keys: readonly number[],
  names: readonly { readonly name: string; readonly classIndex: number }[],
): readonly PointGroup[] {
  const lists = names.map((): number[] => []);
  for (const [i, key] of keys.entries()) lists[key]!.push(points[2 * i]!, points[2 * i + 1]!);
  const taken: Place[] = [];
  return names.flatMap(({ name, classIndex }, i): readonly PointGroup[] => {
    const list = lists[i]!;
    if (list.length === 0) return [];
    const place = densest(list, taken);
    if (place) taken.push(place);
    return [{ name, classIndex, points: list, anchor: place }];
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
  if (!clusters || !clustering) return { method, rows, points, positions: [], byLabel, byCluster: [] };
  const position = new Map(clustering.clusters.map((cluster, i) => [cluster.index, i]));
  const positions = rows.map((row) => position.get(clusters.assignments[row]!)!);
  const byCluster = group(
    points,
    positions,
    clustering.clusters.map(({ index, matched }) => ({
      name: matched < 0 ? `cluster ${index}` : labels.names[matched]!,
      classIndex: matched,
    })),
  );
  return { method, rows, points, positions, byLabel, byCluster };
}
