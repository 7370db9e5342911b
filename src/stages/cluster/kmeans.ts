// k-means (docs/methods.md §4) as a stage: checks what it is given, and brings the centres back to the coordinates of the features.
import type { Clusters, Features } from '../../artifacts/artifact.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';
import { clusterRows } from '../../engine/cluster/cluster-rows.ts';
import type { Clustering } from '../../engine/cluster/lloyd.ts';
import { preparePoints, type Points } from '../../engine/cluster/points.ts';

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
    requireFinite(features);
    const points = preparePoints(features);
    const best = await clusterRows(points, {
      ...{ k, restarts, iterations, tolerance, seed },
      threads: context.threads,
      signal: context.signal,
      onProgress: (done, inertia) =>
        context.progress({
          ...{ done, total: restarts, unit: 'restarts' },
          ...(inertia === undefined ? {} : { message: `inertia ${inertia.toPrecision(6)}` }),
        }),
    });
    const clusters = toClusters(best, points, k);
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

/** @throws StageError where a value is not finite, with its row and column. */
function requireFinite({ dimension, data }: Features): void {
  const stray = data.findIndex((value) => !Number.isFinite(value));
  if (stray < 0) return;
  throw new StageError(
    `kmeans: the features hold ${data[stray]} at row ${Math.floor(stray / dimension)}, column ${stray % dimension}`,
    'the training that made them has probably diverged: try a smaller learning rate',
  );
}
