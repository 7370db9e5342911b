// The worker's entry with the stages of the tests in place of the registry; bundled by built-programs.ts.
import { workerMain } from '../../src/stage/worker-main.ts';
import { testStages } from './test-stages.ts';

await workerMain(process.argv[2], testStages);
