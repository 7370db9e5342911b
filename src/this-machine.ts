// The GPUs and engines of the machine this runs on: what the choice of an engine and doctor look at. An engine is tried in a process of its
// own, each at most once.
import type { Devices, Trial } from './engine/runtime/devices.ts';
import type { EngineName } from './engine/runtime/engine.ts';
import { gpuSigns, listGpus, type Gpu } from './platform/gpus.ts';
import { programFile } from './platform/program-file.ts';
import { realFileSystem } from './platform/real-file-system.ts';
import { ask, runApart } from './platform/run-apart.ts';

/** To load a driver and compile one operation takes less than a second; a cold disk and a busy machine take longer. */
const TRIAL_LIMIT_MS = 30_000;

/** Variables that decide which devices Vulkan and CUDA show. */
const STEERING = ['VK_ICD_FILENAMES', 'VK_DRIVER_FILES', 'VK_LOADER_DRIVERS_DISABLE', 'CUDA_VISIBLE_DEVICES'];

const doors = { files: realFileSystem, platform: process.platform, ask };

export function devicesHere(): Devices {
  const trials = new Map<EngineName, Promise<Trial>>();
  return {
    signs: () => gpuSigns(doors),
    settings: STEERING.flatMap((name) => (process.env[name] === undefined ? [] : [`${name}=${process.env[name]}`])),
    attempt(engine) {
      let trial = trials.get(engine);
      if (trial === undefined) trials.set(engine, (trial = attempt(engine)));
      return trial;
    },
  };
}

export const gpusHere = (): Promise<readonly Gpu[]> => listGpus(doors);

async function attempt(engine: EngineName): Promise<Trial> {
  const { stdout, problem } = await runApart(process.execPath, [programFile('engine-probe.js'), engine], {
    timeoutMs: TRIAL_LIMIT_MS,
  });
  if (problem !== undefined)
    return { works: false, message: `the process that tried ${engine} ${problem}`, broke: true };
  return JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as Trial;
}
