// k-means (docs/methods.md §4). In: features; out: the clustering of smallest inertia over the restarts, the first of equal ones.
// Each restart has a random stream of its own, so its result does not depend on which others ran.
import type { Clusters, Features } from '../../artifacts/artifact.ts';
import { randomKey, RandomStream } from '../../random/random.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';
import { yieldTurn } from '../yield-turn.ts';
import { startingCentres } from './kmeans-plus-plus.ts';
import { lloyd, type Clustering } from './lloyd.ts';
import { preparePoints, type Points } from './points.ts';

export interface KmeansParameters {
  readonly k: number;
  readonly restarts: number;
  readonly iterations: number;
  readonly tolerance: number;
  readonly seed: number;
}

export const kmeans = implementStage({
  parameters: {
    type: 'object',
    properties: {
      k: { type: 'integer', minimum: 2, maximum: 100_000 },
      restarts: { type: 'integer', minimum: 1, maximum: 10_000 },
      iterations: { type: 'integer', minimum: 1, maximum: 100_000 },
      tolerance: { type: 'number', minimum: 0 },
      seed: { type: 'integer' },
    },
    required: ['k', 'restarts', 'iterations', 'tolerance', 'seed'],
    additionalProperties: false,
  },
  outputs: { clusters: 'Clusters' },
  async run(context: StageContext<KmeansParameters, { readonly features: Features }>) {
    const { k, restarts, iterations, tolerance, seed } = context.parameters;
    const { features } = context.inputs;
    if (k > features.count) {
      throw new StageError(
        `kmeans: k is ${k}, but there are ${features.count} rows to cluster`,
        `ask for k: ${features.count} or fewer`,
      );
    }
    const points = preparePoints(features);
    let best: Clustering | undefined;
    for (let restart = 0; restart < restarts; restart += 1) {
      const message = best === undefined ? {} : { message: `inertia ${best.inertia.toPrecision(6)}` };
      context.progress({ done: restart, total: restarts, unit: 'restarts', ...message });
      await yieldTurn(context.signal);
      const start = startingCentres(points, k, new RandomStream(randomKey(seed, 'kmeans', restart)));
      const turn = () => yieldTurn(context.signal);
      const clustering = await lloyd(points, start, { k, iterations, tolerance, turn });
      if (best === undefined || clustering.inertia < best.inertia) best = clustering;
    }
    context.progress({ done: restarts, total: restarts, unit: 'restarts' });
    const clusters = toClusters(best!, points, k);
    const used = new Set(clusters.assignments).size;
    if (used < k)
      context.warn(`kmeans: only ${used} of ${k} clusters have rows; do the features hold ${k} different rows?`);
    return { clusters };
  },
});

/** Back to the coordinates of the features. */
function toClusters({ assignments, centres, inertia }: Clustering, { dimension, means }: Points, k: number): Clusters {
  const back = Float32Array.from({ length: k * dimension }, (_, at) => centres[at]! + means[at % dimension]!);
  return { k, assignments, centres: back, inertia };
}
