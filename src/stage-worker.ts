// The process that runs one stage: `node stage-worker.js TASK.json`. The same entry on this machine and on a cluster.
import { workerMain } from './stage/worker-main.ts';
import { registry } from './stages/registry.ts';

await workerMain(process.argv[2], registry);
