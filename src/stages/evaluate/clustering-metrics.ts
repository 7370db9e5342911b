// Agreement of a clustering with classes, docs/methods.md §5.1 to §5.3, from their contingency table alone.
// In: table[class][cluster] of counts; out: numbers. Every sum is in float64.
import { linearSumAssignment } from 'linear-sum-assignment';

/** contingency[class][cluster], rows of equal length. */
export type Contingency = readonly (readonly number[])[];

export type EntropyMean = 'arithmetic' | 'geometric' | 'min' | 'max';

/** Counts how often class i met cluster j; both lists index from 0 and have the same length. */
export function contingencyTable(
  classes: Int32Array,
  clusters: Int32Array,
  classCount: number,
  clusterCount: number,
): number[][] {
  const table = Array.from({ length: classCount }, () => new Array<number>(clusterCount).fill(0));
  for (let i = 0; i < classes.length; i += 1) table[classes[i]!]![clusters[i]!]! += 1;
  return table;
}

/** The bijection of clusters to classes that keeps the most images: for each cluster its class, or -1 where there are more clusters than classes. */
export function bestMatching(table: Contingency): number[] {
  const classCount = table.length;
  const clusterCount = table[0]?.length ?? 0;
  // Clusters are the rows, padded to a square: the solver is quickest and surest there, and the padding costs nothing.
  const size = Math.max(classCount, clusterCount);
  const gain = Array.from({ length: size }, (_, cluster) =>
    Float64Array.from({ length: size }, (_, klass) => table[klass]?.[cluster] ?? 0),
  );
  const { rowAssignments } = linearSumAssignment(gain, { maximaze: true });
  return Array.from(rowAssignments.subarray(0, clusterCount), (klass) =>
    klass >= 0 && klass < classCount ? klass : -1,
  );
}

/** ACC: the share of images whose cluster is matched to their class. */
export function accuracy(table: Contingency, matching: readonly number[]): number {
  const matched = matching.reduce((sum, klass, cluster) => sum + (klass < 0 ? 0 : table[klass]![cluster]!), 0);
  return matched / total(table);
}

/** NMI: mutual information over the mean of the two entropies, in 0..1; 1 where both labelings are constant. */
export function normalisedMutualInformation(table: Contingency, average: EntropyMean): number {
  const n = total(table);
  const rows = rowSums(table);
  const columns = columnSums(table);
  const classEntropy = entropy(rows, n);
  const clusterEntropy = entropy(columns, n);
  if (classEntropy === 0 && clusterEntropy === 0) return 1;
  let information = 0;
  table.forEach((counts, i) =>
    counts.forEach((count, j) => {
      if (count > 0) information += (count / n) * Math.log((n * count) / (rows[i]! * columns[j]!));
    }),
  );
  // Below this it is rounding, and the geometric and least means may be zero too.
  if (information <= Number.EPSILON) return 0;
  return Math.min(Math.max(information / meanOf(classEntropy, clusterEntropy, average), 0), 1);
}

/** ARI: the Rand index corrected for chance, in -0.5..1; 1 where both labelings are constant or both are all singletons. */
export function adjustedRandIndex(table: Contingency): number {
  const all = pairs([total(table)]);
  const together = table.reduce((sum, counts) => sum + pairs(counts), 0);
  const inClasses = pairs(rowSums(table));
  const inClusters = pairs(columnSums(table));
  // Both constant, or both all singletons (one image alone is both): the quotient below is then 0 / 0.
  if (inClasses === inClusters && (inClasses === 0 || inClasses === all)) return 1;
  const expected = (inClasses * inClusters) / all;
  const most = (inClasses + inClusters) / 2;
  return (together - expected) / (most - expected);
}

function meanOf(a: number, b: number, average: EntropyMean): number {
  switch (average) {
    case 'arithmetic':
      return (a + b) / 2;
    case 'geometric':
      return Math.sqrt(a * b);
    case 'min':
      return Math.min(a, b);
    case 'max':
      return Math.max(a, b);
  }
}

function entropy(counts: readonly number[], n: number): number {
  return counts.reduce((sum, count) => (count === 0 || count === n ? sum : sum - (count / n) * Math.log(count / n)), 0);
}

/** Σ count·(count − 1)/2 */
function pairs(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + (count * (count - 1)) / 2, 0);
}

function total(table: Contingency): number {
  return rowSums(table).reduce((sum, count) => sum + count, 0);
}

function rowSums(table: Contingency): number[] {
  return table.map((counts) => counts.reduce((sum, count) => sum + count, 0));
}

/** Row by row: a table of 1,000 classes and clusters is read once, in the order in which it lies in memory. */
function columnSums(table: Contingency): number[] {
  const sums = new Array<number>(table[0]?.length ?? 0).fill(0);
  for (const counts of table) counts.forEach((count, j) => (sums[j]! += count));
  return sums;
}
