// `pipe doctor` on machines of many kinds: what each engine says, what auto takes, which command adds what is missing. The machines are given;
// the words of engines that are not there are those that the engines use themselves. On this machine: usage.test.ts.
import { afterEach, describe, expect, it } from 'vitest';
import { describeFindings } from '../../src/cli/doctor/describe-findings.ts';
import { examine, type DoctorDoors, type Findings } from '../../src/cli/doctor/examine.ts';
import type { PackageFinding } from '../../src/cli/doctor/probe-packages.ts';
import { paintFor } from '../../src/cli/paint.ts';
import type { EngineError } from '../../src/engine/engine-error.ts';
import type { Trial } from '../../src/engine/runtime/devices.ts';
import type { EngineName } from '../../src/engine/runtime/engine.ts';
import { providerFaults } from '../../src/engine/runtime/provider-faults.ts';
import { loadTensorflow } from '../../src/engine/runtime/tfjs-gpu.ts';
import type { Gpu } from '../../src/platform/gpus.ts';
import { fakeDevices } from '../run/fake-devices.ts';

const works: Trial = { works: true };
const on = (kind: Gpu['kind'], name: string): Trial => ({ works: true, device: { kind, name } });
const absent = ({ message, advice, command }: EngineError): Trial => ({
  ...{ works: false, message, advice },
  ...(command === undefined ? {} : { command }),
});
const noAdapter = absent(providerFaults.webgpu.failed('Failed to get a WebGPU adapter: No supported adapters')!);
const noWebgpu = absent(providerFaults.webgpu.missing(false, 'linux arm64')!);
const noCudaOn = (machine: string): Trial => absent(providerFaults.cuda.missing(true, machine)!);
const noCudaDriver = absent(
  providerFaults.cuda.failed('CUDA failure 100: no CUDA-capable device is detected\n  at …')!,
);
const noCudaLibraries: Trial = {
  ...{ works: false, message: 'the libraries of the engine cuda are not installed' },
  ...{
    advice: (noCudaDriver as { advice: string }).advice,
    command: 'npm rebuild onnxruntime-node --ignore-scripts=false',
  },
};
const noTensorflow = ((): Trial => {
  try {
    loadTensorflow({
      load: () => {
        throw new Error('The Node.js native addon module (tfjs_binding.node) can not be found');
      },
      node: '20.19.0',
    });
  } catch (error) {
    return absent(error as EngineError);
  }
  throw new Error('it loaded');
})();
const crashed: Trial = { works: false, message: 'the process that tried webgpu crashed (SIGSEGV)', broke: true };

const packages: readonly PackageFinding[] = [
  { name: 'onnxruntime-node', loads: true, version: '1.30.0', problem: undefined, offers: [] },
  { name: 'sharp', loads: true, version: undefined, problem: undefined, offers: ['libvips 8.18.7'] },
];

interface Machine {
  readonly gpus: readonly Gpu[];
  readonly signs: readonly string[];
  readonly trials: Partial<Record<EngineName, Trial>>;
  readonly packages?: readonly PackageFinding[];
  readonly platform?: string;
}

const h100: Gpu = { name: 'NVIDIA H100 80GB HBM3', kind: 'real' };
const radeon: Gpu = { name: 'AMD Navi 31 [Radeon RX 7900 XT/7900 XTX]', kind: 'real' };
const machines: Readonly<Record<string, Machine>> = {
  'no-gpu': { gpus: [], signs: [], trials: {} },
  'software-device': { gpus: [], signs: [], trials: { webgpu: on('software', 'SwiftShader') } },
  'nvidia-without-its-libraries': { gpus: [h100], signs: ['/dev/nvidia0'], trials: {} },
  'nvidia-with-cuda': {
    gpus: [h100],
    signs: ['/dev/nvidia0'],
    trials: { cuda: on('real', h100.name), webgpu: on('real', h100.name) },
  },
  'nvidia-with-a-driver-too-old': { gpus: [h100], signs: ['/dev/nvidia0'], trials: { cuda: noCudaDriver } },
  radeon: { gpus: [radeon], signs: ['/dev/dri/renderD128'], trials: { webgpu: on('real', radeon.name) } },
  'a-driver-that-crashes': { gpus: [radeon], signs: ['/dev/dri/renderD128'], trials: { webgpu: crashed } },
  'windows-without-a-gpu': {
    gpus: [{ name: 'Microsoft Basic Display Adapter', kind: 'software' }],
    signs: ['Direct3D'],
    trials: { webgpu: on('software', 'Microsoft Basic Display Adapter'), cuda: noCudaOn('win32 x64') },
    platform: 'win32 x64',
  },
  'linux-on-arm': {
    gpus: [],
    signs: [],
    trials: { webgpu: noWebgpu, cuda: noCudaOn('linux arm64') },
    platform: 'linux arm64',
  },
  'nothing-loads': {
    ...{ gpus: [], signs: [] },
    trials: { cpu: { works: false, message: 'libstdc++.so.6: version `GLIBCXX_3.4.30` not found' } },
    packages: [
      { ...packages[0]!, loads: false, problem: 'libstdc++.so.6: version `GLIBCXX_3.4.30` not found', offers: [] },
    ],
  },
};

const USUAL = { cpu: works, reference: works, webgpu: noAdapter, cuda: noCudaLibraries, 'tfjs-gpu': noTensorflow };

async function findingsOf(machine: Machine): Promise<Findings> {
  const doors: DoctorDoors = {
    devices: fakeDevices(machine.signs, { ...USUAL, ...machine.trials }),
    gpus: async () => machine.gpus,
    packages: async () => machine.packages ?? packages,
  };
  const findings = await examine('/work/.pipe', {}, doors);
  // What differs between the machines that run this test.
  return {
    ...findings,
    ...{
      pipe: '0.1.0',
      node: { version: 'v20.19.0', supported: true },
      platform: machine.platform ?? 'linux x64',
      cpu: 'a processor',
    },
    ...{ cores: 8, memory: { total: 32 * 2 ** 30, free: 20 * 2 ** 30 } },
    store: { folder: '/work/.pipe', writable: true, problem: undefined, freeBytes: 100 * 2 ** 30 },
    remedies: findings.remedies.filter(({ command }) => !/nvm|--cache/.test(command)),
  };
}

afterEach(() => expect.hasAssertions());

describe('doctor', () => {
  it.each(Object.entries(machines))('%s', async (name, machine) => {
    const findings = await findingsOf(machine);
    const pages = [60, 120].map((columns) => {
      const lines = describeFindings(findings, columns, paintFor(false));
      for (const line of lines) expect([...line].length, line).toBeLessThanOrEqual(columns);
      return `${'-'.repeat(columns)}\n${lines.join('\n')}\n`;
    });
    await expect(pages.join('\n')).toMatchFileSnapshot(`golden/doctor/${name}.txt`);
  });

  it('says the same as JSON: of each engine whether it can be used, and the command where not', async () => {
    const findings = await findingsOf(machines['nvidia-without-its-libraries']!);
    const json = JSON.parse(JSON.stringify(findings)) as Findings;
    expect(json.auto).toEqual({ engine: 'cpu', why: expect.stringContaining('/dev/nvidia0') as string });
    expect(json.engines.find(({ name }) => name === 'cuda')).toEqual({
      ...{ name: 'cuda', usable: false, note: 'the libraries of the engine cuda are not installed' },
      ...{ advice: 'It needs an NVIDIA GPU with its driver, CUDA 12 and cuDNN 9.' },
      command: 'npm rebuild onnxruntime-node --ignore-scripts=false',
    });
    expect(json.remedies.map(({ command }) => command)).toEqual([
      'npm rebuild onnxruntime-node --ignore-scripts=false',
    ]);
    const { engines } = await findingsOf(machines['radeon']!);
    expect(engines.find(({ name }) => name === 'webgpu')).toMatchObject({ usable: true, device: radeon });
  });
});
