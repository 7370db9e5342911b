// Scores of one clustering against the labels. In: clusters and labels of the same images; out: ACC, NMI, ARI and the table they come from.
import type { Clusters, Labels } from '../../artifacts/artifact.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';
import {
  accuracy,
  adjustedRandIndex,
  bestMatching,
  contingencyTable,
  normalisedMutualInformation,
  type EntropyMean,
} from './clustering-metrics.ts';

export interface ScoresParameters {
  readonly average: EntropyMean;
}

export interface ScoresInputs {
  readonly clusters: Clusters;
  readonly labels: Labels;
}

export const scores = implementStage({
  parameters: {
    type: 'object',
    properties: { average: { enum: ['arithmetic', 'geometric', 'min', 'max'] } },
    required: ['average'],
    additionalProperties: false,
  },
  outputs: { scores: 'Scores' },
  async run(context: StageContext<ScoresParameters, ScoresInputs>) {
    const { clusters, labels } = context.inputs;
    const count = labels.values.length;
    if (clusters.assignments.length !== count) {
      throw new StageError(`scores: ${clusters.assignments.length} assignments for ${count} labels`);
    }
    if (count === 0) throw new StageError('scores: there are no images to score');
    const contingency = contingencyTable(labels.values, clusters.assignments, labels.names.length, clusters.k);
    const matching = bestMatching(contingency);
    return {
      scores: {
        acc: accuracy(contingency, matching),
        nmi: normalisedMutualInformation(contingency, context.parameters.average),
        ari: adjustedRandIndex(contingency),
        count,
        contingency,
        matching,
        classes: labels.names,
      },
    };
  },
});
