// Restarts: the training whose own loss ended lowest, and what is said where there is none.
import { expect, test } from 'vitest';
import type { Encoder, TrainingLog } from '../../../src/artifacts/artifact.ts';
import { backbones } from '../../../src/engine/nn/backbones.ts';
import { initialise } from '../../../src/engine/nn/initialise.ts';
import { exportEncoder } from '../../../src/engine/train/export-encoder.ts';
import { randomKey } from '../../../src/random/random.ts';
import { lowestLoss } from '../../../src/stages/represent/lowest-loss.ts';
import { runStage } from '../run-stage.ts';

const shape = [8, 8, 1] as const;
const network = backbones.conv3(4)(shape);
const encoder = (mark: number): Encoder => ({
  onnx: exportEncoder(network, shape, initialise(network.variables, randomKey(mark)), 'test', {
    ...{ backbone: 'conv3', head: 'linear', parts: [4], predictor: false, normalisation: null },
  }),
  ...{ height: 8, width: 8, channels: 1, dimension: 4 },
});
const log = (loss: readonly number[], equipartition: readonly number[] = loss): TrainingLog => ({
  ...{ method: 'CDC', epochs: loss.length, series: { loss, equipartition } },
});
const choose = (logs: readonly TrainingLog[], series = 'loss', encoders = logs.map((_, mark) => encoder(mark))) =>
  runStage(lowestLoss, { parameters: { series }, inputs: { encoders, logs } });

test.each([
  ['the last value counts', [log([1, 3]), log([9, 2]), log([0, 4])], 'loss', 1],
  ['the first of equals', [log([2]), log([1]), log([1])], 'loss', 1],
  ['another series', [log([1], [5]), log([2], [4])], 'equipartition', 1],
  ['one alone', [log([7])], 'loss', 0],
] as const)('%s', async (_, logs, series, best) => {
  const { outputs } = await choose(logs, series);
  expect(outputs).toEqual({ encoder: encoder(best), log: logs[best] });
});

test('says where there is nothing to choose from', async () => {
  await expect(choose([])).rejects.toThrow('lowest_loss: the list of encoders is empty');
  await expect(choose([log([1])], 'loss', [encoder(0), encoder(1)])).rejects.toThrow('1 logs for 2 encoders');
  await expect(choose([log([1])], 'losses')).rejects.toThrow('lowest_loss: log 0 has no "losses"');
});
