// Features for tests: groups of rows around random centres.
import type { Features } from '../../../src/artifacts/artifact.ts';
import { randomKey, RandomStream } from '../../../src/random/random.ts';

/** `count` rows in `groups` groups of about equal size; `spread` is the deviation within a group, centres deviate by 1. */
export function blobs(
  count: number,
  dimension: number,
  groups: number,
  spread: number,
  seed = 0,
): Features & { readonly groupOf: Int32Array } {
  const random = new RandomStream(randomKey(seed, 'blobs'));
  const centres = Float64Array.from({ length: groups * dimension }, () => random.normal());
  const groupOf = Int32Array.from({ length: count }, () => random.integer(groups));
  const data = Float32Array.from(
    { length: count * dimension },
    (_, at) => centres[groupOf[Math.floor(at / dimension)]! * dimension + (at % dimension)]! + spread * random.normal(),
  );
  return { count, dimension, data, groupOf };
}
