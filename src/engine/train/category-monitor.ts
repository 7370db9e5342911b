// Whether categories degenerate while they are learned (docs/methods.md §3.10): numbers of each batch, summed over an epoch.

export interface CategoryMonitorOptions {
  /** K. */
  readonly count: number;
  readonly dimension: number;
  /** τ_c. */
  readonly temperature: number;
  /** τ, of the weights of negatives. */
  readonly contrastTemperature: number;
}

/** A category is sure of an image above this probability. */
const CONFIDENT = 0.99;

/**
 * Sums for one batch: images a category, images that a category is sure of, the mean deviation of a score over the batch, and, for the first image,
 * the share of the negatives' weight e^{(s_c⁻ − s_c⁺)/τ} that negatives of its own category have.
 * `queries` [B, dimension] and their `keys`; `queue` [R, dimension], without which there is no share.
 */
export function monitorBatch(
  queries: Float32Array,
  keys: Float32Array,
  queue: Float32Array | undefined,
  options: CategoryMonitorOptions,
): Record<string, number> {
  const { count, dimension, temperature } = options;
  const rows = queries.length / dimension;
  const images = new Array<number>(count).fill(0);
  const sums = new Float64Array(count);
  const squares = new Float64Array(count);
  let confident = 0;
  for (let start = 0; start < queries.length; start += dimension) {
    const scores = queries.subarray(start, start + count);
    const best = largest(scores);
    images[best]! += 1;
    let mass = 0;
    scores.forEach((score, k) => {
      mass += Math.exp((score - scores[best]!) / temperature);
      sums[k]! += score;
      squares[k]! += score * score;
    });
    if (1 / mass > CONFIDENT) confident += 1;
  }
  let deviation = 0;
  for (let k = 0; k < count; k += 1)
    deviation += Math.sqrt(Math.max(0, squares[k]! / rows - (sums[k]! / rows) ** 2)) / count;
  return {
    ...Object.fromEntries(images.map((value, k) => [`images/${k}`, value])),
    confident: confident / rows,
    deviation,
    ...(queue === undefined ? {} : { own_category_weight: ownCategoryWeight(queries, keys, queue, options) }),
  };
}

function ownCategoryWeight(
  queries: Float32Array,
  keys: Float32Array,
  queue: Float32Array,
  { count, dimension, contrastTemperature }: CategoryMonitorOptions,
): number {
  const query = queries.subarray(0, count);
  const own = largest(query);
  const positive = dot(query, keys);
  let [same, all] = [0, 0];
  for (let start = 0; start < queue.length; start += dimension) {
    const negative = queue.subarray(start, start + count);
    const weight = Math.exp((dot(query, negative) - positive) / contrastTemperature);
    all += weight;
    if (largest(negative) === own) same += weight;
  }
  return same / all;
}

/**
 * The epoch's record: means over its steps; of the images of each category the smallest and the largest share, and the entropy of the shares as a share
 * of ln K, its most: 1 where all are even, 0 where one category has everything.
 */
export function monitoredEpoch(sums: Readonly<Record<string, number>>, steps: number): Record<string, number> {
  const counts = Object.entries(sums).filter(([name]) => name.startsWith('images/'));
  const total = counts.reduce((sum, [, value]) => sum + value, 0);
  const shares = counts.map(([, value]) => value / total);
  return {
    ...Object.fromEntries(
      Object.entries(sums)
        .filter(([name]) => !name.startsWith('images/'))
        .map(([name, sum]) => [name, sum / steps]),
    ),
    ...(shares.length === 0
      ? {}
      : {
          smallest_share: Math.min(...shares),
          largest_share: Math.max(...shares),
          share_entropy: entropy(shares) / Math.log(shares.length),
        }),
  };
}

const entropy = (shares: readonly number[]): number =>
  shares.reduce((sum, share) => (share > 0 ? sum - share * Math.log(share) : sum), 0);

/** Index of the largest value, the lowest of equal ones. */
export function largest(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i += 1) if (values[i]! > values[best]!) best = i;
  return best;
}

/** Over the length of the first. */
function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i]! * b[i]!;
  return sum;
}
