// The process that tries one engine: `node engine-probe.js webgpu`. Its last line of output is the trial as JSON, and on which device it
// was; a driver that crashes takes down this process and no other.
import { isEngineName } from './engine/runtime/engine.ts';
import { engines } from './engine/runtime/engines.ts';
import type { Trial } from './engine/runtime/devices.ts';
import { tryEngine } from './engine/runtime/try-engine.ts';
import { gpuInUse, ownTraces } from './platform/gpu-in-use.ts';
import { listGpus } from './platform/gpus.ts';
import { ask } from './platform/run-apart.ts';
import { realFileSystem } from './platform/real-file-system.ts';

async function probe(name: string): Promise<Trial> {
  if (!isEngineName(name)) throw new Error(`there is no engine named ${name}`);
  const trial = await tryEngine(name);
  if (!trial.works || !engines[name].gpu) return trial;
  const { platform } = process;
  const gpus = await listGpus({ files: realFileSystem, platform, ask });
  return { works: true, device: gpuInUse({ platform, gpus, ...ownTraces() }) };
}

process.stdout.write(`\n${JSON.stringify(await probe(process.argv[2] ?? ''))}\n`, () => {
  // Threads of a driver would keep the process alive.
  process.exit();
});
