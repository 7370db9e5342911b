// Clusters as a head (docs/methods.md §3.11): behind the encoder whose features were clustered, one score a cluster, the largest for the centre whose direction is nearest. In:
// encoder and centres; out: one model, whose clusters self-labelling can go on from.
import type { Clusters, Encoder } from '../../artifacts/artifact.ts';
import { withHead } from '../../engine/train/head-model.ts';
import { head } from '../../engine/nn/head.ts';
import { batchNorm } from '../../engine/nn/batch-norm.ts';
import { queryLayers } from '../../engine/nn/contrast-network.ts';
import { sequential } from '../../engine/nn/module.ts';
import type { HeadDescription } from '../../engine/nn/network-description.ts';
import { implementStage, type StageContext } from '../../stage/stage.ts';
import { checkCentres } from '../cluster/checked-centres.ts';
import { onEngine } from './on-engine.ts';

interface Inputs {
  readonly encoder: Encoder;
  readonly clusters: Clusters;
}

export const clusterHead = implementStage({
  parameters: { type: 'object', properties: {}, additionalProperties: false },
  outputs: { encoder: 'Encoder' },
  run(context: StageContext<object, Inputs>) {
    const { encoder, clusters } = context.inputs;
    const { k } = clusters;
    const { dimension } = encoder;
    checkCentres('cluster_head', clusters, encoder);
    return onEngine(() => {
      const description: HeadDescription = { head: 'linear', parts: [k], predictor: false };
      const layers = queryLayers((norm) => head('linear', dimension, k, norm), description, batchNorm);
      const values = { 'linear.weight': directions(clusters, dimension), 'linear.bias': new Float32Array(k) };
      const onnx = withHead(encoder, sequential(layers)([dimension]), values, description);
      return Promise.resolve({ encoder: { ...encoder, onnx, dimension: k } });
    });
  },
});

/**
 * The weights [dimension, k]: column j is the centre j at length one, less the mean of all these. The largest score stays the same by that, since all lose as much, and a vector
 * near its own centre has a large score and small ones besides.
 */
function directions({ k, centres }: Clusters, dimension: number): Float32Array {
  const lengths = Float64Array.from({ length: k }, (_, j) =>
    Math.hypot(...centres.subarray(j * dimension, (j + 1) * dimension)),
  );
  const weights = new Float32Array(dimension * k);
  for (let d = 0; d < dimension; d += 1) {
    const row = Array.from(lengths, (length, j) => (length > 0 ? centres[j * dimension + d]! / length : 0));
    const mean = row.reduce((sum, value) => sum + value, 0) / k;
    for (const [j, value] of row.entries()) weights[d * k + j] = value - mean;
  }
  return weights;
}
