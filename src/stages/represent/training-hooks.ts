// What training stages do around a loop: continue from a checkpoint, save others, report progress and speed.
import { readSafetensors, safetensorsParts } from '../../artifacts/safetensors.ts';
import type { TrainingHooks, TrainingSnapshot } from '../../engine/train/training-loop.ts';
import type { StageContext } from '../../stage/stage.ts';

/** Seconds over which the shown speed is averaged. */
const RATE_OVER = 3;

export type TrainingContext = Pick<
  StageContext<unknown>,
  'checkpoints' | 'compiledSteps' | 'progress' | 'signal' | 'engine' | 'threads'
>;

/** Hooks for a loop of `batch` images a step. */
export async function trainingHooks(
  { checkpoints, compiledSteps, progress, signal, engine, threads }: TrainingContext,
  batch: number,
): Promise<TrainingHooks> {
  const stored = await checkpoints.load();
  const resume = stored === undefined ? undefined : readSnapshot(stored);
  let lastShown = { time: performance.now(), step: resume?.step ?? 0 };
  let rate: number | undefined;
  return {
    ...{ engine, threads, cache: compiledSteps, signal },
    ...(resume === undefined ? {} : { resume }),
    onStep({ step, steps, stepsPerEpoch, loss, series }) {
      const now = performance.now();
      if (now - lastShown.time < 250 && step < steps) return;
      const measured = ((step - lastShown.step) * batch) / ((now - lastShown.time) / 1000);
      const share = Math.min(1, (now - lastShown.time) / 1000 / RATE_OVER);
      rate = rate === undefined ? measured : rate * (1 - share) + measured * share;
      lastShown = { time: now, step };
      const [done, total] = [step / stepsPerEpoch, steps / stepsPerEpoch];
      const last = Object.entries(series).map(([name, values]) => [name, values.at(-1)!]);
      const recorded = last.length === 0 ? {} : { recorded: Object.fromEntries(last) as Record<string, number> };
      progress({ done, total, unit: 'epochs', loss, rate, rateUnit: 'images', ...recorded });
    },
    wantsSnapshot: () => checkpoints.due(),
    onSnapshot: (snapshot) => checkpoints.save(writeSnapshot(snapshot)),
  };
}

function writeSnapshot({ step, tensors, series, sums }: TrainingSnapshot): readonly Uint8Array[] {
  return safetensorsParts({
    tensors: Object.fromEntries(Object.entries(tensors).map(([name, data]) => [name, { shape: [data.length], data }])),
    metadata: { state: JSON.stringify({ step, series, sums }) },
  });
}

function readSnapshot(bytes: Uint8Array): TrainingSnapshot {
  const { tensors, metadata } = readSafetensors(bytes);
  const { step, series, sums } = JSON.parse(metadata.state!) as Omit<TrainingSnapshot, 'tensors'>;
  return {
    step,
    series,
    sums,
    tensors: Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, data as Float32Array])),
  };
}
