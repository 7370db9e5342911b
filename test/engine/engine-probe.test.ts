// Every engine tried for real, in a process of its own: those that are here compute, the others say what is missing.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { isInPackage } from '../../src/engine/runtime/provider-faults.ts';
import { devicesHere } from '../../src/this-machine.ts';
import { distribution } from '../distribution.ts';
import { missingForSoftwareDevice, withoutDevice, withSoftwareDevice } from './software-device.ts';

const kept = { ...process.env };
afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in kept)) delete process.env[name];
  Object.assign(process.env, kept);
});

const attempt = (
  engine: Parameters<ReturnType<typeof devicesHere>['attempt']>[0],
  env: Record<string, string> = {},
) => {
  distribution();
  Object.assign(process.env, env);
  return devicesHere().attempt(engine);
};

const hasCuda = isInPackage('libonnxruntime_providers_cuda.so');

describe('an engine that is tried', () => {
  it.each(['cpu', 'reference'] as const)('%s computes', async (engine) => {
    expect(await attempt(engine)).toEqual({ works: true });
  });

  it.skipIf(missingForSoftwareDevice.length > 0)('webgpu computes on a software device, and says so', async () => {
    expect(await attempt('webgpu', withSoftwareDevice)).toEqual({
      ...{ works: true, device: { kind: 'software', name: 'SwiftShader' } },
    });
  });

  it('webgpu says that there is no device', async () => {
    expect(await attempt('webgpu', withoutDevice)).toMatchObject({
      ...{ works: false, message: 'the engine webgpu finds no device on this machine' },
    });
  });

  it.skipIf(hasCuda)('cuda says that its libraries are not installed, and which command installs them', async () => {
    expect(await attempt('cuda')).toMatchObject({
      ...{ works: false, message: expect.stringMatching(/not installed|only for linux x64/) as string },
    });
    if (process.platform === 'linux' && process.arch === 'x64')
      expect(await attempt('cuda')).toMatchObject({ command: 'npm rebuild onnxruntime-node --ignore-scripts=false' });
  });

  it('tfjs-gpu computes on a GPU, or says what is missing', async () => {
    const trial = await attempt('tfjs-gpu');
    if (trial.works) expect(trial.device?.kind).toBe('real');
    else expect(trial.message).toMatch(/^the (native library of the )?engine tfjs-gpu /);
  });

  it('takes down no other process when its driver crashes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pipe-probe-'));
    try {
      const crash = join(folder, 'crash.cjs');
      writeFileSync(crash, 'process.on("exit", () => process.kill(process.pid, "SIGSEGV"));');
      expect(await attempt('cpu', { NODE_OPTIONS: `--require ${crash}` })).toEqual({
        ...{ works: false, message: 'the process that tried cpu crashed (SIGSEGV)', broke: true },
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

it.skipIf(process.platform !== 'linux' || process.arch !== 'x64')(
  'looks for libraries where the package has its own',
  () => {
    expect(isInPackage('libonnxruntime.so.1')).toBe(true);
    expect(isInPackage('libnothing.so')).toBe(false);
  },
);
