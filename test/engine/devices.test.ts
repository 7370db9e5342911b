// The choice of `auto`: a real GPU before the CPU, never a software one, and no guess where a driver crashed.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseAuto, type Trial } from '../../src/engine/runtime/devices.ts';
import { ENGINE_NAMES, type EngineName } from '../../src/engine/runtime/engine.ts';
import { engines } from '../../src/engine/runtime/engines.ts';
import { fakeDevices } from '../run/fake-devices.ts';

const onReal = (name: string): Trial => ({ works: true, device: { kind: 'real', name } });
const onSoftware: Trial = { works: true, device: { kind: 'software', name: 'SwiftShader' } };
const absent: Trial = { works: false, message: 'it is not installed' };
const crashed: Trial = { works: false, message: 'the process that tried it crashed (SIGSEGV)', broke: true };

describe('auto', () => {
  it.each<[string, readonly string[], Partial<Record<EngineName, Trial>>, object, readonly EngineName[]]>([
    ['no sign of a GPU: nothing is tried', [], {}, { engine: 'cpu', why: 'there is no GPU here' }, []],
    [
      'NVIDIA with the CUDA libraries',
      ['/dev/nvidia0'],
      { cuda: onReal('H100') },
      { engine: 'cuda', why: 'a real GPU is here: H100' },
      ['cuda'],
    ],
    [
      'NVIDIA without them',
      ['/dev/nvidia0', '/dev/dri/renderD128'],
      { cuda: absent, webgpu: onReal('H100') },
      { engine: 'webgpu', why: 'a real GPU is here: H100' },
      ['cuda', 'webgpu'],
    ],
    [
      'another make: CUDA is not tried',
      ['/dev/dri/renderD128'],
      { webgpu: onReal('Radeon') },
      { engine: 'webgpu', why: 'a real GPU is here: Radeon' },
      ['webgpu'],
    ],
    [
      'only a software device',
      ['/dev/dri/renderD128'],
      { webgpu: onSoftware },
      { engine: 'cpu', why: 'WebGPU has only a software device here, SwiftShader' },
      ['webgpu'],
    ],
    [
      'a GPU without a driver for WebGPU',
      ['/dev/dri/renderD128'],
      { webgpu: absent },
      { engine: 'cpu', why: 'there are signs of a GPU (/dev/dri/renderD128), but it is not installed' },
      ['webgpu'],
    ],
    [
      'a driver that crashes',
      ['/dev/dxg'],
      { cuda: absent, webgpu: crashed },
      {
        engine: 'cpu',
        why: 'there are signs of a GPU (/dev/dxg), but it is not installed, and the process that tried it crashed (SIGSEGV)',
        warning: 'the process that tried it crashed (SIGSEGV): auto takes the CPU',
      },
      ['cuda', 'webgpu'],
    ],
  ])('%s', async (_, signs, trials, choice, attempts) => {
    const devices = fakeDevices(signs, trials);
    expect(await chooseAuto(devices)).toEqual(choice);
    expect(devices.attempts).toEqual(attempts);
  });

  it('takes an engine only where it worked on a real GPU, and never one that nobody asked for', async () => {
    const trial = fc.constantFrom(onReal('A'), onSoftware, absent, crashed);
    const signs = fc.subarray(['/dev/nvidia0', '/dev/dri/renderD128', '/dev/dxg']);
    await fc.assert(
      fc.asyncProperty(signs, fc.record({ cuda: trial, webgpu: trial }), async (found, trials) => {
        const { engine } = await chooseAuto(fakeDevices(found, trials));
        expect(['cpu', 'cuda', 'webgpu']).toContain(engine);
        if (engine !== 'cpu') expect(trials[engine as 'cuda' | 'webgpu']).toEqual(onReal('A'));
        else if (found.length > 0) expect(trials.webgpu).not.toEqual(onReal('A'));
      }),
    );
  });
});

describe('the table of engines', () => {
  it('says of each what it is', () => {
    expect(Object.keys(engines).sort()).toEqual([...ENGINE_NAMES].sort());
    for (const name of ENGINE_NAMES) expect(engines[name].about).not.toBe('');
    expect(ENGINE_NAMES.filter((name) => engines[name].gpu)).toEqual(['webgpu', 'cuda', 'tfjs-gpu']);
  });
});
