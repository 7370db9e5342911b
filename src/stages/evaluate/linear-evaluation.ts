// Linear evaluation (docs/methods.md §5.5): a linear classifier learns the classes of one set from features as they are, and is scored on another set.
// In: features and labels of both; out: Scores. The classifier does not leave the stage: nothing that is learned here reads labels elsewhere.
import { applyHead } from '../../engine/train/head-model.ts';
import { trainLinear } from '../../engine/train/train-linear.ts';
import { implementStage, type StageContext } from '../../stage/stage.ts';
import { onEngine } from '../represent/on-engine.ts';
import { trainingHooks } from '../represent/training-hooks.ts';
import { checkLabelledSets, classificationScores, type LabelledSets } from './labelled-sets.ts';

export interface LinearEvaluationParameters {
  readonly epochs: number;
  readonly batch: number;
  readonly learning_rate: number;
  readonly momentum: number;
  readonly weight_decay: number;
  readonly schedule: 'cosine' | 'multistep' | 'constant';
  readonly seed: number;
}

/** Shares of the epochs at which `multistep` falls to a tenth: 60 and 80 of MoCo's 100. */
const MILESTONES = [0.6, 0.8];

const properties: Readonly<Record<keyof LinearEvaluationParameters, object>> = {
  epochs: { type: 'integer', minimum: 1, maximum: 100_000 },
  batch: { type: 'integer', minimum: 1, maximum: 65_536 },
  learning_rate: { type: 'number', exclusiveMinimum: 0 },
  momentum: { type: 'number', minimum: 0, maximum: 0.999 },
  weight_decay: { type: 'number', minimum: 0 },
  schedule: { enum: ['cosine', 'multistep', 'constant'] },
  seed: { type: 'integer' },
};

export const linearEvaluation = implementStage({
  parameters: { type: 'object', properties, required: Object.keys(properties), additionalProperties: false },
  outputs: { scores: 'Scores' },
  run(context: StageContext<LinearEvaluationParameters, LabelledSets>) {
    return onEngine(() => evaluate(context));
  },
});

async function evaluate(context: StageContext<LinearEvaluationParameters, LabelledSets>) {
  const { parameters, inputs, threads, signal } = context;
  for (const warning of checkLabelledSets('linear_evaluation', inputs)) context.warn(warning);
  const { train, train_labels, test, test_labels } = inputs;
  const classes = train_labels.names.length;
  const batch = Math.min(parameters.batch, train.count);
  const { classifier, values } = await trainLinear(
    train,
    train_labels.values,
    {
      ...{ classes, epochs: parameters.epochs, batch, seed: parameters.seed },
      ...{ momentum: parameters.momentum, weightDecay: parameters.weight_decay },
      rate: {
        ...{ learningRate: parameters.learning_rate, schedule: parameters.schedule },
        ...{ warmup: 0, milestones: MILESTONES },
      },
    },
    await trainingHooks(context, batch),
  );
  const logits = await applyHead(classifier, values, test, threads, signal);
  const found = Int32Array.from({ length: test.count }, (_, row) =>
    largestAt(logits.subarray(row * classes, (row + 1) * classes)),
  );
  return { scores: classificationScores(found, test_labels) };
}

/** Where the largest is; of equals the first. */
function largestAt(values: Float32Array): number {
  return values.reduce((best, value, at) => (value > values[best]! ? at : best), 0);
}
