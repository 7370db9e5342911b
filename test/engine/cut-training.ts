// What a training is told from outside, by itself and in two parts. In: a training as a function of its hooks; out: what it had stored when it was cut.
import { expect } from 'vitest';
import type { TrainingHooks, TrainingSnapshot } from '../../src/engine/train/training-loop.ts';

/** On one thread of the CPU, stopped by nobody, without checkpoints. */
export const quietHooks = (overrides: Partial<TrainingHooks> = {}): TrainingHooks => ({
  ...{ engine: 'cpu', threads: 1, signal: new AbortController().signal },
  ...{ onStep() {}, wantsSnapshot: () => false, async onSnapshot() {} },
  ...overrides,
});

/** Stops it behind step `cut`; what it stores then is what it is to go on from. */
export async function cutTraining(
  cut: number,
  train: (hooks: TrainingHooks) => Promise<unknown>,
): Promise<TrainingSnapshot> {
  const controller = new AbortController();
  let stored: TrainingSnapshot | undefined;
  const first = train(
    quietHooks({
      signal: controller.signal,
      onStep: ({ step }) => {
        if (step === cut) controller.abort(new Error('cut'));
      },
      onSnapshot: async (snapshot) => {
        stored = structuredClone(snapshot);
      },
    }),
  );
  await expect(first).rejects.toThrow('cut');
  expect(stored!.step).toBe(cut);
  return stored!;
}
