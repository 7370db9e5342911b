// Spectral clustering (docs/methods.md §4.2) as a stage: neighbours, their weighted graph, its first eigenvectors, k-means on their rows.
import type { Features } from '../../artifacts/artifact.ts';
import { normalisedAffinity } from '../../engine/cluster/affinity.ts';
import { clusterRows } from '../../engine/cluster/cluster-rows.ts';
import { largestEigenvectors } from '../../engine/cluster/largest-eigenvectors.ts';
import { preparePoints } from '../../engine/cluster/points.ts';
import { nearestNeighbours } from '../../engine/neighbours/nearest-neighbours.ts';
import { randomKey, RandomStream } from '../../random/random.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';
import { yieldTurn } from '../yield-turn.ts';
import { checkRows, clusterOptions, kmeansProperties, type KmeansParameters } from './kmeans.ts';

export interface SpectralParameters extends KmeansParameters {
  readonly neighbours: number;
}

const properties = { ...kmeansProperties, neighbours: { type: 'integer', minimum: 7, maximum: 1000 } };

/** Largest length of S·v − λ·v. */
const TOLERANCE = 1e-5;

export const spectral = implementStage({
  parameters: { type: 'object', properties, required: Object.keys(properties), additionalProperties: false },
  outputs: { clusters: 'Clusters' },
  async run(context: StageContext<SpectralParameters, { readonly features: Features }>) {
    const { threads, signal } = context;
    const { k, neighbours, seed } = context.parameters;
    const { features } = context.inputs;
    const { count } = features;
    checkRows('spectral', features, k);
    if (neighbours >= count)
      throw new StageError(
        `spectral: neighbours is ${neighbours}, but each of ${count} rows has ${count - 1}`,
        `ask for neighbours: ${count - 1} or fewer`,
      );
    const found = await nearestNeighbours(features, {
      ...{ k: neighbours + 1, threads, signal },
      onProgress: (done) => context.progress({ done, total: count, unit: 'rows', message: 'finding neighbours' }),
    });
    const graph = normalisedAffinity(found, neighbours + 1);
    const { vectors, residual } = await largestEigenvectors(graph, {
      ...{ count: k, tolerance: TOLERANCE, random: new RandomStream(randomKey(seed, 'spectral')) },
      onRound: () => yieldTurn(signal),
    });
    if (residual > TOLERANCE)
      context.warn(
        `spectral: the eigenvectors are exact to ${residual.toPrecision(2)} only, where ${TOLERANCE} is asked`,
      );
    const rows = { count, dimension: k, data: unitRows(vectors, k) };
    const { assignments, inertia } = await clusterRows(preparePoints(rows), clusterOptions(context));
    return { clusters: { k, assignments, centres: new Float32Array(0), inertia } };
  },
});

/** Rows of length 1; a row of zeros stays. */
function unitRows(rows: Float64Array, dimension: number): Float32Array {
  const scaled = new Float32Array(rows.length);
  for (let start = 0; start < rows.length; start += dimension) {
    const row = rows.subarray(start, start + dimension);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (length > 0) row.forEach((value, d) => (scaled[start + d] = value / length));
  }
  return scaled;
}
