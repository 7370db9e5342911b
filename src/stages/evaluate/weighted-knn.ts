// The weighted vote of nearest neighbours (Wu et al. 2018; docs/methods.md §5.6): how well the labels of a row's neighbours in one set tell its own in another.
// In: features and labels of both; out: Scores. Nothing is trained.
import type { Features } from '../../artifacts/artifact.ts';
import { nearestAmong } from '../../engine/neighbours/nearest-neighbours.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';
import { checkLabelledSets, classificationScores, type LabelledSets } from './labelled-sets.ts';
import { unitRows } from './unit-rows.ts';

export interface WeightedKnnParameters {
  readonly neighbours: number;
  readonly sigma: number;
}

const STAGE = 'weighted_knn';

export const weightedKnn = implementStage({
  parameters: {
    type: 'object',
    properties: {
      neighbours: { type: 'integer', minimum: 1, maximum: 100_000 },
      sigma: { type: 'number', exclusiveMinimum: 0 },
    },
    required: ['neighbours', 'sigma'],
    additionalProperties: false,
  },
  outputs: { scores: 'Scores' },
  async run(context: StageContext<WeightedKnnParameters, LabelledSets>) {
    const { parameters, inputs, threads, signal } = context;
    const { neighbours: k, sigma } = parameters;
    for (const warning of checkLabelledSets(STAGE, inputs)) context.warn(warning);
    const { train, train_labels, test, test_labels } = inputs;
    if (k > train.count)
      throw new StageError(
        `${STAGE}: neighbours is ${k}, and train has ${train.count} rows`,
        `ask for neighbours: ${train.count} or fewer`,
      );
    // Of rows of length 1 the nearest have the largest cosines.
    const { indices, distances } = await nearestAmong(directions(test, 'test'), directions(train, 'train'), {
      ...{ k, threads, signal },
      onProgress: (done) => context.progress({ done, total: test.count, unit: 'rows' }),
    });
    const votes = new Float64Array(train_labels.names.length);
    const found = Int32Array.from({ length: test.count }, (_, row) => {
      votes.fill(0);
      const nearest = distances[row * k]! ** 2 / 2;
      for (let at = row * k; at < (row + 1) * k; at += 1) {
        // exp(cosine/σ), less the largest of the row so that it cannot overflow; cosine = 1 − distance²/2.
        votes[train_labels.values[indices[at]!]!]! += Math.exp((nearest - distances[at]! ** 2 / 2) / sigma);
      }
      return votes.reduce((best, value, klass) => (value > votes[best]! ? klass : best), 0);
    });
    return { scores: classificationScores(found, test_labels) };
  },
});

/** Rows of length 1. */
function directions(rows: Features, name: string): Features {
  const unit = unitRows(rows, STAGE, name);
  const { count, dimension, data } = unit;
  for (let row = 0; row < count; row += 1)
    if (data.subarray(row * dimension, (row + 1) * dimension).every((value) => value === 0))
      throw new StageError(`${STAGE}: row ${row} of ${name} is all zeros, and has no cosine with any other`);
  return unit;
}
