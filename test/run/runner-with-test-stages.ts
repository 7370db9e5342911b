// A runner as a process, to be killed by tests: `node runner.js REQUEST.json`. Prints one event a line. Ctrl-C as the command line has it.
import { readFileSync } from 'node:fs';
import { realClock } from '../../src/platform/clock.ts';
import { realHost } from '../../src/platform/host.ts';
import { realFileSystem } from '../../src/platform/real-file-system.ts';
import { runPipeline } from '../../src/run/run-pipeline.ts';
import { workerProcesses } from '../../src/run/worker-process.ts';
import type { TypedGraph } from '../../src/graph/typed-graph.ts';
import { withPublishedNumbers } from '../../src/report/published-numbers.ts';
import { noGpu } from './fake-devices.ts';
import { testStages } from './test-stages.ts';

const request = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as {
  readonly graph: TypedGraph;
  readonly store: string;
  readonly worker: string;
};
const stop = new AbortController();
let interrupts = 0;
process.on('SIGINT', () => {
  interrupts += 1;
  if (interrupts > 1) process.exit(130);
  stop.abort();
});
const real = { files: realFileSystem, clock: realClock, host: realHost(), devices: noGpu };
const machine = { ...real, stages: testStages, version: '0', withPublishedNumbers };
const finished = await runPipeline(machine, workerProcesses(request.worker), {
  ...{ graph: request.graph, store: request.store, engine: 'auto', threads: undefined, jobs: undefined },
  ...{ command: 'test', dataFolder: undefined, signal: stop.signal },
  listener: (event) => console.log(JSON.stringify(event)),
});
process.exit(finished.status === 'ok' ? 0 : finished.status === 'failed' ? 1 : 130);
