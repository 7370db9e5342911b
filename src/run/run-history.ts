// What steps took in the latest runs on a store, for estimates of steps that were never run themselves. Reads a few run records at most.
import { join } from 'node:path';
import type { Json } from '../cache/digest.ts';
import type { Store } from '../cache/store.ts';
import type { Sample } from '../plan/estimate.ts';
import { recordOf, type DecidedStep } from '../plan/plan.ts';
import { readRunRecord } from './run-record.ts';

/** More would make a plan slow in a store with a long history, and older figures are of older versions. */
const MOST_RUNS = 10;

/** What each step took when it was last computed, by step; not there for one that never was. */
export async function ownSamples(store: Store, decided: readonly DecidedStep[]): Promise<ReadonlyMap<string, Sample>> {
  const samples = new Map<string, Sample>();
  for (const { step, decision } of decided) {
    const { seen } = decision;
    const record = recordOf(decision) ?? (seen === undefined ? undefined : await store.records.read(seen.key));
    if (record !== undefined) samples.set(step.id, record);
    // Its result is gone; how long it took is not.
    else if (seen !== undefined) samples.set(step.id, { ...seen, outputs: {} });
  }
  return samples;
}

/** The latest run first. `usesEngine`: of a stage. */
export async function recentSamples(store: Store, usesEngine: (stage: string) => boolean): Promise<readonly Sample[]> {
  const { files, layout } = store;
  // A name begins with the time of its run.
  const names = (await files.list(layout.runs)).filter((name) => /^\d/.test(name)).sort();
  const samples: Sample[] = [];
  for (const name of names.slice(-MOST_RUNS).reverse()) {
    const record = await readRunRecord(files, join(layout.runs, name, 'record.json'));
    for (const { status, stage, parameters, outputs, seconds } of record?.steps ?? []) {
      if (seconds === null || (status !== 'ran' && status !== 'reused')) continue;
      samples.push({
        ...{ stage, outputs, seconds, engine: usesEngine(stage) ? record!.engine : null },
        parameters: parameters as Readonly<Record<string, Json>>,
      });
    }
  }
  return samples;
}
