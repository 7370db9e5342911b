// The steps of a run as its record shows them, before it starts and after it ended; and the status that follows from them.
import type { TypedGraph } from '../graph/typed-graph.ts';
import type { PlannedStep } from '../plan/plan.ts';
import { readsOfStep } from '../plan/step-graph.ts';
import type { RunStatus } from './events.ts';
import type { RunFolder } from './run-folder.ts';
import type { GraphRun } from './run-graph.ts';
import type { RunRecordStep } from './run-record.ts';

/** `run` is undefined before it starts; `started`: the steps of which a worker was started, which have a log. */
export function recordSteps(
  graph: TypedGraph,
  plan: readonly PlannedStep[],
  run: GraphRun | undefined,
  started: ReadonlySet<string>,
  folder: RunFolder,
): readonly RunRecordStep[] {
  return graph.steps.map((step, i) => {
    const planned = plan[i]!;
    const summary = run?.summary(step.id);
    const record = summary?.record;
    const outputs = Object.entries(record?.outputs ?? {}).map(([name, { type, digest, bytes }]) => [
      name,
      { type, digest, bytes },
    ]);
    return {
      ...{ step: step.id, stage: step.stage, parameters: step.parameters, reads: readsOfStep(step) },
      ...{ verdict: planned.verdict, reason: summary?.reason ?? planned.reason, status: summary?.status ?? 'waiting' },
      ...{
        key: record?.key ?? planned.key ?? null,
        seconds: record?.seconds ?? null,
        threads: record?.threads ?? null,
      },
      outputs: Object.fromEntries(outputs) as RunRecordStep['outputs'],
      log: started.has(step.id) ? folder.logOf(step.id).slice(folder.path.length + 1) : null,
      error: summary?.message ?? null,
    };
  });
}

/** Cancelled says more than failed: not everything was tried. */
export function statusOf(steps: readonly RunRecordStep[]): RunStatus {
  if (steps.some((step) => step.status === 'cancelled')) return 'cancelled';
  return steps.some((step) => step.status === 'failed') ? 'failed' : 'ok';
}
