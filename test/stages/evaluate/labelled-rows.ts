// For tests of protocols that learn from labelled rows: groups of rows in two parts, and labels by number.
import type { Features, Labels } from '../../../src/artifacts/artifact.ts';
import { blobs } from '../cluster/blobs.ts';

export const labelsOf = (values: ArrayLike<number>, names: readonly string[] = ['0', '1', '2', '3']): Labels => ({
  ...{ values: Int32Array.from(values), names },
});

/** Rows of length 6 in four groups, 300 and 150 of them. */
export function labelledSets(spread = 0.25): {
  readonly train: Features;
  readonly train_labels: Labels;
  readonly test: Features;
  readonly test_labels: Labels;
} {
  const { data, groupOf } = blobs(450, 6, 4, spread, 11);
  const rows = (from: number, to: number): Features => ({
    ...{ count: to - from, dimension: 6, data: data.slice(6 * from, 6 * to) },
  });
  return {
    ...{ train: rows(0, 300), train_labels: labelsOf(groupOf.slice(0, 300)) },
    ...{ test: rows(300, 450), test_labels: labelsOf(groupOf.slice(300)) },
  };
}
