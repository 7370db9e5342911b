// Runs a graph of test stages in this process with real files and real workers, and collects its events.
import { realClock } from '../../src/platform/clock.ts';
import { realHost } from '../../src/platform/host.ts';
import { realFileSystem } from '../../src/platform/real-file-system.ts';
import type { TypedGraph } from '../../src/graph/typed-graph.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { planPipeline, runPipeline, type Finished, type Machine } from '../../src/run/run-pipeline.ts';
import { workerProcesses } from '../../src/run/worker-process.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { withPublishedNumbers } from '../../src/report/published-numbers.ts';
import { noGpu } from './fake-devices.ts';
import { testStages } from './test-stages.ts';

export interface RealRun {
  readonly finished: Finished;
  readonly events: readonly RunEvent[];
  /** `step: ran`, `step: reused (why)`, … in the order of the graph. */
  readonly steps: readonly string[];
}

export interface RealRunOptions {
  readonly worker: string;
  readonly store: string;
  readonly jobs?: number;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
  readonly machine?: Partial<Machine>;
  readonly stopGrace?: number;
}

function machineOf(options: Pick<RealRunOptions, 'machine'>): Machine {
  const real = { files: realFileSystem, clock: realClock, host: realHost(), devices: noGpu };
  const program = { stages: testStages, version: '0', withPublishedNumbers };
  return { ...real, ...program, ...options.machine };
}

export async function realRun(graph: TypedGraph, options: RealRunOptions): Promise<RealRun> {
  const events: RunEvent[] = [];
  const finished = await runPipeline(machineOf(options), workerProcesses(options.worker, options.stopGrace), {
    ...{ graph, store: options.store, engine: 'auto', threads: undefined, jobs: options.jobs },
    ...{ command: 'test', dataFolder: undefined, signal: options.signal ?? new AbortController().signal },
    listener: (event) => {
      events.push(event);
      options.onEvent?.(event);
    },
  });
  return { finished, events, steps: graph.steps.map((step) => `${step.id}: ${endOf(step.id, events)}`) };
}

export function realPlan(graph: TypedGraph, options: Pick<RealRunOptions, 'store' | 'machine'>): Promise<Plan> {
  return planPipeline(machineOf(options), {
    ...{ graph, store: options.store, engine: 'auto', threads: undefined, jobs: undefined, dataFolder: undefined },
  });
}

/** The last thing told of a step. */
export function endOf(step: string, events: readonly RunEvent[]): string {
  for (const event of events.toReversed()) {
    if (!('step' in event) || event.step !== step) continue;
    switch (event.event) {
      case 'ran':
      case 'cancelled':
        return event.event;
      case 'reused':
        return `reused (${event.reason})`;
      case 'failed':
        return `failed (${event.message})`;
      case 'skipped':
        return `skipped (${event.because})`;
      case 'started':
      case 'progress':
      case 'log':
        break;
    }
  }
  return 'nothing';
}
