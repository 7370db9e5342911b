// How surely each row belongs to its cluster (docs/methods.md §4.4): for pictures of clusters that show the surest images and the least sure. In: features
// and a clustering of the same rows, by whatever method; out: one number a row. It chooses nothing: the clusters stay as they are.
import type { Clusters, Features } from '../../artifacts/artifact.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';
import { yieldTurn } from '../yield-turn.ts';

export interface ConfidenceParameters {
  readonly by: 'centres' | 'scores';
}

interface Inputs {
  readonly features: Features;
  readonly clusters: Clusters;
}

/** Rows between two looks at the signal. */
const TURN = 4096;

export const confidence = implementStage({
  parameters: {
    type: 'object',
    properties: { by: { enum: ['centres', 'scores'] } },
    required: ['by'],
    additionalProperties: false,
  },
  outputs: { confidence: 'Features' },
  async run(context: StageContext<ConfidenceParameters, Inputs>) {
    const { features, clusters } = context.inputs;
    const { by } = context.parameters;
    const { count, dimension } = features;
    const { k, assignments } = clusters;
    if (assignments.length !== count)
      throw new StageError(`confidence: ${assignments.length} assignments for ${count} rows of features`);
    if (by === 'scores' && k > dimension)
      throw new StageError(
        `confidence: there are no ${k} scores in features of length ${dimension}`,
        'by: "scores" is for categories, on the features that they were taken from',
      );
    const rowConfidence = by === 'scores' ? margins(features, clusters) : silhouettes(features, clusters);
    const data = new Float32Array(count);
    for (let row = 0; row < count; row += 1) {
      if (row % TURN === 0) await yieldTurn(context.signal);
      data[row] = rowConfidence(row);
    }
    const stray = data.findIndex((value) => !Number.isFinite(value));
    if (stray >= 0) throw new StageError(`confidence: the features of row ${stray} are not finite`);
    return { confidence: { count, dimension: 1, data } };
  },
});

/** Its cluster's score less the largest other one: below 0 where another cluster's is larger. */
function margins({ dimension, data }: Features, { k, assignments }: Clusters): (row: number) => number {
  return (row) => {
    let other = -Infinity;
    for (let cluster = 0; cluster < k; cluster += 1)
      if (cluster !== assignments[row]) other = Math.max(other, data[row * dimension + cluster]!);
    return data[row * dimension + assignments[row]!]! - other;
  };
}

/**
 * The simplified silhouette [Vendramin 2010], (b − a) / max(a, b): a is the distance to the mean of its own cluster, b to the nearest mean of another that
 * has rows. 0 where there is no other, or where the two means are one.
 */
function silhouettes({ count, dimension, data }: Features, { k, assignments }: Clusters): (row: number) => number {
  const sizes = new Int32Array(k);
  const means = new Float64Array(k * dimension);
  for (let row = 0; row < count; row += 1) {
    const cluster = assignments[row]!;
    sizes[cluster]! += 1;
    for (let d = 0; d < dimension; d += 1) means[cluster * dimension + d]! += data[row * dimension + d]!;
  }
  for (let at = 0; at < means.length; at += 1) means[at]! /= sizes[Math.floor(at / dimension)]!;
  return (row) => {
    let [own, other] = [0, Infinity];
    for (let cluster = 0; cluster < k; cluster += 1) {
      if (sizes[cluster] === 0) continue;
      let square = 0;
      for (let d = 0; d < dimension; d += 1)
        square += (data[row * dimension + d]! - means[cluster * dimension + d]!) ** 2;
      const distance = Math.sqrt(square);
      if (cluster === assignments[row]) own = distance;
      else if (!(distance >= other)) other = distance;
    }
    const larger = Math.max(own, other);
    return other === Infinity || larger === 0 ? 0 : (other - own) / larger;
  };
}
