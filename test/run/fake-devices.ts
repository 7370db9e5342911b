// Machines with the GPUs that a test gives them.
import type { Devices, Trial } from '../../src/engine/runtime/devices.ts';
import type { EngineName } from '../../src/engine/runtime/engine.ts';

export interface FakeDevices extends Devices {
  /** The engines that were tried, in order. */
  readonly attempts: EngineName[];
}

/** An engine that no trial is given for must not be tried. */
export function fakeDevices(
  signs: readonly string[],
  trials: Partial<Record<EngineName, Trial>> = {},
  settings: readonly string[] = [],
): FakeDevices {
  const attempts: EngineName[] = [];
  return {
    settings,
    attempts,
    signs: async () => signs,
    async attempt(engine) {
      attempts.push(engine);
      const trial = trials[engine];
      if (trial === undefined) throw new Error(`nobody should try ${engine}`);
      return trial;
    },
  };
}

export const noGpu: Devices = fakeDevices([]);
