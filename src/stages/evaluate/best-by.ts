// The best of several runs by one measure. In: scores and clusters of each run; out: those of the best, the first of equals.
import type { Clusters, Scores } from '../../artifacts/artifact.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';

export interface BestByParameters {
  readonly measure: 'acc' | 'nmi' | 'ari';
}

export interface BestByInputs {
  readonly scores: readonly Scores[];
  readonly clusters: readonly Clusters[];
}

export const bestBy = implementStage({
  parameters: {
    type: 'object',
    properties: { measure: { enum: ['acc', 'nmi', 'ari'] } },
    required: ['measure'],
    additionalProperties: false,
  },
  outputs: { scores: 'Scores', clusters: 'Clusters' },
  async run(context: StageContext<BestByParameters, BestByInputs>) {
    const { measure } = context.parameters;
    const { scores, clusters } = context.inputs;
    if (scores.length === 0) throw new StageError('best_by: the list of scores is empty', 'give at least one run');
    if (scores.length !== clusters.length)
      throw new StageError(`best_by: ${scores.length} scores for ${clusters.length} clusterings`);
    const best = scores.reduce((found, run, index) => (run[measure] > scores[found]![measure] ? index : found), 0);
    return { scores: scores[best]!, clusters: clusters[best]! };
  },
});
