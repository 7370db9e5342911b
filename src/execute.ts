// The back end on one screen: typed graph → plan → run → record, on this machine, with the stages of the registry.
import { realClock } from './platform/clock.ts';
import { realHost } from './platform/host.ts';
import { programFile } from './platform/program-file.ts';
import { realFileSystem } from './platform/real-file-system.ts';
import { withPublishedNumbers } from './report/published-numbers.ts';
import {
  planPipeline,
  runPipeline,
  type DetailedPlan,
  type Finished,
  type Machine,
  type PlanRequest,
  type RunRequest,
} from './run/run-pipeline.ts';
import { workerProcesses } from './run/worker-process.ts';
import { registry } from './stages/registry.ts';
import { devicesHere } from './this-machine.ts';
import { version } from './version.ts';

export type ExecuteRequest = RunRequest;

/**
 * Runs a pipeline. What happens is told to `request.listener`, the last event being `finished`, which is also the result.
 * @throws PlanError (an engine that is not there, a stage without implementation) and StoreError (the store cannot be used), each with a hint.
 */
export function execute(request: ExecuteRequest): Promise<Finished> {
  return runPipeline(thisMachine(), workerProcesses(programFile('stage-worker.js')), request);
}

/** What `execute` would do, and why. Writes nothing, loads no stage, tries no engine. */
export function plan(request: PlanRequest): Promise<DetailedPlan> {
  return planPipeline(thisMachine(), request);
}

function thisMachine(): Machine {
  return {
    files: realFileSystem,
    clock: realClock,
    host: realHost(),
    devices: devicesHere(),
    stages: registry,
    version,
    withPublishedNumbers,
  };
}
