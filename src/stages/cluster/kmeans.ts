// k-means (docs/methods.md §4), plain and spherical, as stages: checks what it is given, and brings the centres back to the coordinates of the features.
import type { Clusters, Features } from '../../artifacts/artifact.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';
import { clusterRows, type ClusterOptions } from '../../engine/cluster/cluster-rows.ts';
import type { Clustering } from '../../engine/cluster/lloyd.ts';
import { preparePoints, type Points } from '../../engine/cluster/points.ts';

export interface KmeansParameters {
  readonly k: number;
  readonly restarts: number;
  readonly iterations: number;
  readonly tolerance: number;
  readonly seed: number;
}

export const kmeansProperties = {
  k: { type: 'integer', minimum: 2, maximum: 100_000 },
  restarts: { type: 'integer', minimum: 1, maximum: 10_000 },
  iterations: { type: 'integer', minimum: 1, maximum: 100_000 },
  tolerance: { type: 'number', minimum: 0 },
  seed: { type: 'integer' },
};

type Context = StageContext<KmeansParameters, { readonly features: Features }>;

const stageOf = (run: (context: Context) => Promise<{ readonly clusters: Clusters }>) =>
  implementStage({
    parameters: {
      type: 'object',
      properties: kmeansProperties,
      required: Object.keys(kmeansProperties),
      additionalProperties: false,
    },
    outputs: { clusters: 'Clusters' },
    run,
  });

export const kmeans = stageOf(async (context) => {
  const { features } = context.inputs;
  checkRows('kmeans', features, context.parameters.k);
  const points = preparePoints(features);
  const best = await clusterRows(points, clusterOptions(context));
  return { clusters: reported('kmeans', context, toClusters(best, points, context.parameters.k)) };
});

/** Rows and centres on the sphere (docs/methods.md §4.1). */
export const sphericalKmeans = stageOf(async (context) => {
  const { features } = context.inputs;
  checkRows('spherical_kmeans', features, context.parameters.k);
  const points = preparePoints(directions(features), { centred: false });
  const best = await clusterRows(points, { ...clusterOptions(context), spherical: true });
  return { clusters: reported('spherical_kmeans', context, toClusters(best, points, context.parameters.k)) };
});

/** What the parameters ask of the clustering, and its progress as the stage's. */
export const clusterOptions = (
  context: Pick<StageContext<KmeansParameters>, 'parameters' | 'threads' | 'signal' | 'progress'>,
): ClusterOptions => {
  const { k, restarts, iterations, tolerance, seed } = context.parameters;
  return {
    ...{ k, restarts, iterations, tolerance, seed },
    threads: context.threads,
    signal: context.signal,
    onProgress: (done, inertia) =>
      context.progress({
        ...{ done, total: restarts, unit: 'restarts' },
        ...(inertia === undefined ? {} : { message: `inertia ${inertia.toPrecision(6)}` }),
      }),
  };
};

/** The clusters, with a warning where some have no rows. */
function reported(stage: string, context: Pick<Context, 'warn'>, clusters: Clusters): Clusters {
  const used = new Set(clusters.assignments).size;
  if (used < clusters.k)
    context.warn(
      `${stage}: only ${used} of ${clusters.k} clusters have rows; do the features hold ${clusters.k} different rows?`,
    );
  return clusters;
}

/** Rows of length 1. @throws StageError for a row of zeros, which has no direction. */
function directions({ count, dimension, data }: Features): Features {
  const scaled = new Float32Array(data.length);
  for (let row = 0; row < count; row += 1) {
    let square = 0;
    for (let at = row * dimension; at < (row + 1) * dimension; at += 1) square += data[at]! ** 2;
    if (square === 0) throw new StageError(`spherical_kmeans: row ${row} is all zeros, and has no direction`);
    for (let at = row * dimension; at < (row + 1) * dimension; at += 1) scaled[at] = data[at]! / Math.sqrt(square);
  }
  return { count, dimension, data: scaled };
}

/** Back to the coordinates of the features. */
function toClusters({ assignments, centres, inertia }: Clustering, { dimension, means }: Points, k: number): Clusters {
  const back = Float32Array.from({ length: k * dimension }, (_, at) => centres[at]! + means[at % dimension]!);
  return { k, assignments, centres: back, inertia };
}

/** @throws StageError where there are fewer rows than clusters, or a value is not finite, with its row and column. */
export function checkRows(stage: string, { count, dimension, data }: Features, k: number): void {
  if (k > count) {
    throw new StageError(`${stage}: k is ${k}, but there are ${count} rows to cluster`, `ask for k: ${count} or fewer`);
  }
  const stray = data.findIndex((value) => !Number.isFinite(value));
  if (stray < 0) return;
  throw new StageError(
    `${stage}: the features hold ${data[stray]} at row ${Math.floor(stray / dimension)}, column ${stray % dimension}`,
    'the training that made them has probably diverged: try a smaller learning rate',
  );
}
