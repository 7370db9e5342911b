// Rows of features scaled to length 1, so that their products are cosines whatever made them. In: rows; out: a copy.
import type { Features } from '../../artifacts/artifact.ts';
import { StageError } from '../../stage/stage.ts';

/** A row of zeros stays one. @throws StageError where a row is not finite; `what` is what it names: "similarity_histogram: row 1 of the features". */
export function unitRows({ count, dimension, data: given }: Features, stage: string, what = 'the features'): Features {
  const data = new Float32Array(given);
  for (let i = 0; i < count; i += 1) {
    const row = data.subarray(i * dimension, (i + 1) * dimension);
    const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (!Number.isFinite(norm)) throw new StageError(`${stage}: row ${i} of ${what} is not finite`);
    const scale = 1 / Math.max(norm, 1e-12);
    row.forEach((value, d) => (row[d] = value * scale));
  }
  return { count, dimension, data };
}
