// Counts a clustering against the labels for display: contingency, one-to-one matching, the order of clusters, which rows to picture.
// The page counts for itself because the scores may be means over several runs, while the pictures are of one.
import { linearSumAssignment } from 'linear-sum-assignment';
import type { Clusters, Labels } from '../../artifacts/artifact.ts';
import type { ClusterView, Clustering, SampleGroup } from './report-model.ts';

/** Most clusters pictured for one method; the largest are. */
export const MOST_PICTURED = 24;

/** contingency[class][cluster]: how many images of the class are in the cluster. */
export function countContingency(clusters: Clusters, labels: Labels): number[][] {
  const table = labels.names.map(() => new Array<number>(clusters.k).fill(0));
  for (const [row, cluster] of clusters.assignments.entries()) {
    const line = table[labels.values[row]!]!;
    line[cluster] = line[cluster]! + 1;
  }
  return table;
}

/** For each cluster the class matched to it, or -1, such that the matched images are as many as can be (docs/methods.md §5.1). */
export function matchClusters(contingency: readonly (readonly number[])[], k: number): readonly number[] {
  const side = Math.max(contingency.length, k);
  if (side === 0) return [];
  const square = Array.from({ length: side }, (_, c) =>
    Array.from({ length: side }, (_, j) => contingency[c]?.[j] ?? 0),
  );
  const { columnAssignments } = linearSumAssignment(square, { maximaze: true });
  return Array.from({ length: k }, (_, cluster) => {
    const matched = columnAssignments[cluster]!;
    return matched < contingency.length ? matched : -1;
  });
}

/** Up to `count` of a list, spread evenly over it: a sample that depends on nothing but the list. */
export function spread(list: readonly number[], count: number): readonly number[] {
  if (list.length <= count) return list;
  return Array.from({ length: count }, (_, i) => list[Math.floor((i * list.length) / count)]!);
}

/** Images pictured of each cluster, by the rule they are chosen by: without confidences, and with them. */
export const SPREAD_ALONE = 24;
export const SPREAD = 12;
export const SUREST = 12;
export const LEAST_SURE = 6;

/** Which of a cluster's rows to picture. The spread comes first in any case: the overview, which shows the first, must not flatter. */
function chooseSamples(
  members: readonly number[],
  confidence: Float32Array | undefined,
): readonly { readonly rule: SampleGroup['rule']; readonly rows: readonly number[] }[] {
  if (confidence === undefined) return [{ rule: 'spread', rows: spread(members, SPREAD_ALONE) }];
  const bySureness = [...members].sort((a, b) => confidence[b]! - confidence[a]! || a - b);
  const unsure = Math.max(0, Math.min(LEAST_SURE, members.length - SUREST));
  const all = [
    { rule: 'spread', rows: spread(members, SPREAD) },
    { rule: 'surest', rows: bySureness.slice(0, SUREST) },
    { rule: 'least sure', rows: unsure === 0 ? [] : bySureness.slice(-unsure).reverse() },
  ] as const;
  return all.filter(({ rows }) => rows.length > 0);
}

/** A clustering as the page shows it, without its picture, and the rows to picture for each sheet row. */
export function describeClustering(
  method: number,
  clusters: Clusters,
  labels: Labels,
  runs: number,
  confidence?: Float32Array,
): { readonly clustering: Clustering; readonly pictured: readonly (readonly number[])[] } {
  const contingency = countContingency(clusters, labels);
  const matching = matchClusters(contingency, clusters.k);
  const members = Array.from({ length: clusters.k }, (): number[] => []);
  for (const [row, cluster] of clusters.assignments.entries()) members[cluster]!.push(row);

  const size = (cluster: number): number => members[cluster]!.length;
  const bySize = members.map((_, cluster) => cluster).sort((a, b) => size(b) - size(a) || a - b);
  const largest = new Set(bySize.filter((cluster) => size(cluster) > 0).slice(0, MOST_PICTURED));
  const rank = (cluster: number): number => (matching[cluster]! < 0 ? labels.names.length : matching[cluster]!);
  const order = [...bySize].sort((a, b) => rank(a) - rank(b) || size(b) - size(a) || a - b);

  const pictured: (readonly number[])[] = [];
  const views = order.map((cluster): ClusterView => {
    const column = contingency.map((line) => line[cluster]!);
    const most = Math.max(0, ...column);
    const chosen = largest.has(cluster) ? chooseSamples(members[cluster]!, confidence) : [];
    if (chosen.length > 0) pictured.push(chosen.flatMap(({ rows }) => rows));
    let first = 0;
    const groups = chosen.map(({ rule, rows }): SampleGroup => {
      const group = { rule, first, classes: rows.map((row) => labels.values[row]!) };
      first += rows.length;
      return group;
    });
    return {
      index: cluster,
      size: size(cluster),
      matched: matching[cluster]!,
      majority: most === 0 ? -1 : column.indexOf(most),
      purity: most === 0 ? 0 : most / size(cluster),
      sheetRow: chosen.length > 0 ? pictured.length - 1 : -1,
      groups,
      confidence: confidence && meanOf(members[cluster]!, confidence),
    };
  });

  const matched = order.reduce((sum, cluster) => sum + (contingency[matching[cluster]!]?.[cluster] ?? 0), 0);
  const clustering: Clustering = {
    method,
    clusters: views,
    contingency: contingency.map((line) => order.map((cluster) => line[cluster]!)),
    acc: clusters.assignments.length === 0 ? 0 : matched / clusters.assignments.length,
    runs,
    sheet: undefined,
  };
  return { clustering, pictured };
}

/** Undefined of no rows. */
function meanOf(rows: readonly number[], values: Float32Array): number | undefined {
  return rows.length === 0 ? undefined : rows.reduce((sum, row) => sum + values[row]!, 0) / rows.length;
}
