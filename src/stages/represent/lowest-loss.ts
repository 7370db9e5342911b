// The best of several trainings by their own loss: restarts, as of k-means. In: encoders and their logs; out: those of the one whose loss ended lowest, the first of equals.
import type { Encoder, TrainingLog } from '../../artifacts/artifact.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';

export interface LowestLossParameters {
  readonly series: string;
}

export interface LowestLossInputs {
  readonly encoders: readonly Encoder[];
  readonly logs: readonly TrainingLog[];
}

export const lowestLoss = implementStage({
  parameters: {
    type: 'object',
    properties: { series: { type: 'string' } },
    required: ['series'],
    additionalProperties: false,
  },
  outputs: { encoder: 'Encoder', log: 'TrainingLog' },
  async run(context: StageContext<LowestLossParameters, LowestLossInputs>) {
    const { encoders, logs } = context.inputs;
    const { series } = context.parameters;
    if (encoders.length === 0) throw new StageError('lowest_loss: the list of encoders is empty', 'give at least one');
    if (encoders.length !== logs.length)
      throw new StageError(`lowest_loss: ${logs.length} logs for ${encoders.length} encoders`);
    const losses = logs.map((log, index) => lastOf(log, series, index));
    const best = losses.reduce((found, loss, index) => (loss < losses[found]! ? index : found), 0);
    return { encoder: encoders[best]!, log: logs[best]! };
  },
});

function lastOf(log: TrainingLog, series: string, index: number): number {
  const last = log.series[series]?.at(-1);
  if (last !== undefined) return last;
  throw new StageError(
    `lowest_loss: log ${index} has no ${JSON.stringify(series)}`,
    `It has ${Object.keys(log.series).join(', ')}.`,
  );
}
