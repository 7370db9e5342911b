// New images into clusters that there are already (docs/methods.md §4.3): features by the trained encoder, then the nearest of the stored centres.
import type { Clusters, Encoder, Images } from '../../artifacts/artifact.ts';
import { embedImages } from '../../engine/train/frozen-encoder.ts';
import { implementStage, type StageContext } from '../../stage/stage.ts';
import { onEngine } from '../represent/on-engine.ts';
import { yieldTurn } from '../yield-turn.ts';
import { checkCentres } from './checked-centres.ts';

interface Inputs {
  readonly images: Images;
  readonly encoder: Encoder;
  readonly clusters: Clusters;
}

/** Rows between two looks at the signal. */
const TURN = 4096;

export const assign = implementStage({
  parameters: { type: 'object', properties: {}, additionalProperties: false },
  outputs: { clusters: 'Clusters' },
  async run(context: StageContext<object, Inputs>) {
    const { images, encoder } = context.inputs;
    const { k, centres } = context.inputs.clusters;
    const { dimension } = encoder;
    checkCentres('assign', context.inputs.clusters, encoder);
    const data = await onEngine(() => embedImages(encoder, images, context, context.signal));
    const assignments = new Int32Array(images.count);
    let inertia = 0;
    for (let row = 0; row < images.count; row += 1) {
      if (row % TURN === 0) await yieldTurn(context.signal);
      let [nearest, least] = [0, Infinity];
      for (let cluster = 0; cluster < k; cluster += 1) {
        let square = 0;
        for (let d = 0; d < dimension; d += 1)
          square += (data[row * dimension + d]! - centres[cluster * dimension + d]!) ** 2;
        if (square < least) [nearest, least] = [cluster, square];
      }
      assignments[row] = nearest;
      inertia += least;
    }
    return { clusters: { k, assignments, centres, inertia } };
  },
});
